package dev.keelson.datanode.peer;

import dev.keelson.datanode.wire.NettyLoop;
import dev.keelson.proto.internal.v1.PeerFrame;
import dev.keelson.proto.internal.v1.ReplicationGrpc;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import java.util.concurrent.atomic.AtomicInteger;

/** The called side: hands streams of other nodes to the links, on their loop. */
final class ExchangeService {
  private final NettyLoop loop;
  private final PeerConfig config;
  private final PeerStream.Events events;
  private final AtomicInteger strangers = new AtomicInteger();

  ExchangeService(NettyLoop loop, PeerConfig config, PeerStream.Events events) {
    this.loop = loop;
    this.config = config;
    this.events = events;
  }

  ServerServiceDefinition definition() {
    // The descriptor of the service must name the very method that is served.
    return ServerServiceDefinition.builder(
            io.grpc.ServiceDescriptor.newBuilder(ReplicationGrpc.SERVICE_NAME)
                .setSchemaDescriptor(ReplicationGrpc.getServiceDescriptor().getSchemaDescriptor())
                .addMethod(Dialer.EXCHANGE)
                .build())
        .addMethod(Dialer.EXCHANGE, (call, headers) -> accept(call))
        .build();
  }

  private ServerCall.Listener<PeerFrame> accept(ServerCall<PeerFrame, PeerFrame> call) {
    if (strangers.incrementAndGet() > config.strangers()) {
      strangers.decrementAndGet();
      call.close(
          Status.RESOURCE_EXHAUSTED.withDescription("too many streams that say no hello"),
          new Metadata());
      return new ServerCall.Listener<>() {};
    }
    call.setOnReadyThreshold(Dialer.READY_BYTES);
    call.sendHeaders(new Metadata());
    call.request(config.framesAhead());
    Accepted accepted = new Accepted(call);
    loop.schedule(accepted::giveUpWaiting, config.helloTimeout());
    return accepted;
  }

  /** A stream that another node began. */
  private final class Accepted extends ServerCall.Listener<PeerFrame> {
    private final PeerStream stream;
    private boolean counted = true;

    Accepted(ServerCall<PeerFrame, PeerFrame> call) {
      stream = new PeerStream(new InboundWire(call), events);
    }

    @Override
    public void onMessage(PeerFrame frame) {
      loop.run(
          () -> {
            stream.received(frame);
            settle();
          });
    }

    @Override
    public void onReady() {
      loop.run(stream::ready);
    }

    @Override
    public void onHalfClose() {
      loop.run(() -> stream.end(Status.OK.withDescription("the other side has ended the stream")));
    }

    @Override
    public void onCancel() {
      loop.run(
          () -> {
            stream.closed(Status.CANCELLED.withDescription("the connection broke"));
            settle();
          });
    }

    @Override
    public void onComplete() {
      loop.run(
          () -> {
            stream.closed(Status.OK.withDescription("ended"));
            settle();
          });
    }

    void giveUpWaiting() {
      if (stream.isWaiting()) {
        stream.end(Status.DEADLINE_EXCEEDED.withDescription("no hello in the first frame"));
      }
      settle();
    }

    private void settle() {
      if (counted && !stream.isWaiting()) {
        counted = false;
        strangers.decrementAndGet();
      }
    }
  }

  private record InboundWire(ServerCall<PeerFrame, PeerFrame> call) implements PeerStream.Wire {
    @Override
    public void send(PeerFrame frame) {
      call.sendMessage(frame);
    }

    @Override
    public boolean isReady() {
      return call.isReady();
    }

    @Override
    public void request(int frames) {
      call.request(frames);
    }

    @Override
    public void end(Status why) {
      if (!call.isCancelled()) {
        call.close(why, new Metadata());
      }
    }
  }
}
