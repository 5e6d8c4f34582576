package dev.keelson.datanode.peer;

import dev.keelson.core.shard.NodeId;
import dev.keelson.datanode.wire.FrameMarshaller;
import dev.keelson.datanode.wire.NettyLoop;
import dev.keelson.proto.internal.v1.PeerFrame;
import dev.keelson.proto.internal.v1.ReplicationGrpc;
import dev.keelson.runtime.net.Transport;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.netty.channel.ChannelOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a stream to each node whose name is less than ours. Each attempt has a channel of its own,
 * so that it resolves the name anew and no back-off but ours counts.
 */
final class Dialer {
  static final MethodDescriptor<PeerFrame, PeerFrame> EXCHANGE =
      FrameMarshaller.framed(
          ReplicationGrpc.getExchangeMethod(),
          PeerFrame.getDefaultInstance(),
          PeerFrame.getDefaultInstance());

  /** A stream takes frames while less than this waits in its buffer. */
  static final int READY_BYTES = 1 << 20;

  private static final Logger LOG = LoggerFactory.getLogger(Dialer.class);

  private final Transport transport;
  private final NettyLoop loop;
  private final PeerConfig config;
  private final LocalNode self;
  private final BiFunction<NodeId, PeerStream.Wire, PeerStream> begin;
  private final Map<NodeId, Target> targets = new TreeMap<>();

  Dialer(
      Transport transport,
      NettyLoop loop,
      PeerConfig config,
      LocalNode self,
      BiFunction<NodeId, PeerStream.Wire, PeerStream> begin) {
    this.transport = transport;
    this.loop = loop;
    this.config = config;
    this.self = self;
    this.begin = begin;
  }

  /**
   * Begins streams to new nodes and ends those to nodes with another address. A node that is no
   * longer registered keeps its stream: only its lease is gone, perhaps with etcd.
   */
  void addresses(Map<NodeId, String> addresses) {
    addresses.forEach(
        (peer, address) -> {
          Target known = targets.get(peer);
          if (peer.compareTo(self.node()) >= 0 || known != null && known.is(address)) {
            return;
          }
          if (known != null) {
            known.abandon();
          }
          Target target = new Target(peer, address);
          targets.put(peer, target);
          target.dial();
        });
  }

  void connected(NodeId peer) {
    Target target = targets.get(peer);
    if (target != null) {
      target.backoff = config.firstBackoff();
      target.quiet = false;
    }
  }

  void lost(NodeId peer, PeerStream stream, Status why) {
    Target target = targets.get(peer);
    if (target != null && target.stream == stream) {
      target.lost(why);
    }
  }

  void close() {
    List.copyOf(targets.values()).forEach(Target::abandon);
    targets.clear();
  }

  /** One address that is called until it is replaced. */
  private final class Target {
    private final NodeId peer;
    private final String address;
    private Duration backoff = config.firstBackoff();
    private boolean abandoned;
    private boolean quiet;
    private @Nullable OutboundCall call;
    private @Nullable PeerStream stream;

    Target(NodeId peer, String address) {
      this.peer = peer;
      this.address = address;
    }

    boolean is(String other) {
      return address.equals(other);
    }

    void dial() {
      if (abandoned) {
        return;
      }
      OutboundCall next = new OutboundCall(transport, address, config, loop);
      PeerStream begun = begin.apply(peer, next);
      call = next;
      stream = begun;
      next.start(begun);
      loop.schedule(
          () -> {
            if (begun.isWaiting()) {
              begun.end(Status.DEADLINE_EXCEEDED.withDescription("no hello from " + address));
            }
          },
          config.helloTimeout());
    }

    void lost(Status why) {
      shutDown();
      if (abandoned) {
        return;
      }
      if (!quiet) {
        quiet = true;
        LOG.info("no stream to {} at {}: {}; going on trying", peer, address, why);
      }
      loop.schedule(this::dial, jittered(backoff));
      Duration doubled = backoff.multipliedBy(2);
      backoff = doubled.compareTo(config.lastBackoff()) < 0 ? doubled : config.lastBackoff();
    }

    void abandon() {
      abandoned = true;
      PeerStream open = stream;
      if (open != null) {
        open.end(Status.CANCELLED.withDescription("the address is no longer used"));
      }
      shutDown();
    }

    private void shutDown() {
      OutboundCall ended = call;
      if (ended != null) {
        ended.shutDown();
      }
      call = null;
      stream = null;
    }
  }

  private static Duration jittered(Duration backoff) {
    long nanos = backoff.toNanos();
    return Duration.ofNanos(nanos / 2 + ThreadLocalRandom.current().nextLong(nanos / 2 + 1));
  }

  /** A stream's wire on a channel of its own. */
  private static final class OutboundCall implements PeerStream.Wire {
    private final ManagedChannel channel;
    private final ClientCall<PeerFrame, PeerFrame> call;
    private final PeerConfig config;
    private final NettyLoop loop;
    private @Nullable PeerFrame first;

    OutboundCall(Transport transport, String address, PeerConfig config, NettyLoop loop) {
      this.config = config;
      this.loop = loop;
      channel =
          transport
              .channel(address)
              .withOption(
                  ChannelOption.CONNECT_TIMEOUT_MILLIS, (int) config.helloTimeout().toMillis())
              .build();
      call = channel.newCall(EXCHANGE, CallOptions.DEFAULT.withOnReadyThreshold(READY_BYTES));
    }

    void start(PeerStream stream) {
      call.start(new Listener(stream, loop), new Metadata());
      call.request(config.framesAhead());
      PeerFrame hello = first;
      if (hello != null) {
        call.sendMessage(hello);
      }
    }

    /** The first frame is given before the call was started. */
    @Override
    public void send(PeerFrame frame) {
      if (first == null) {
        first = frame;
      } else {
        call.sendMessage(frame);
      }
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
      call.cancel(why.getDescription(), null);
    }

    void shutDown() {
      channel.shutdownNow();
    }
  }

  private static final class Listener extends ClientCall.Listener<PeerFrame> {
    private final PeerStream stream;
    private final NettyLoop loop;

    Listener(PeerStream stream, NettyLoop loop) {
      this.stream = stream;
      this.loop = loop;
    }

    @Override
    public void onMessage(PeerFrame frame) {
      loop.run(() -> stream.received(frame));
    }

    @Override
    public void onReady() {
      loop.run(stream::ready);
    }

    @Override
    public void onClose(Status status, Metadata trailers) {
      loop.run(() -> stream.closed(status));
    }
  }
}
