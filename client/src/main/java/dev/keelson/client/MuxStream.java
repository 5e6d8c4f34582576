package dev.keelson.client;

import dev.keelson.proto.v1.Answer;
import dev.keelson.proto.v1.ClientFrame;
import dev.keelson.proto.v1.DatabaseGrpc;
import dev.keelson.proto.v1.ServerFrame;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.Status;
import io.netty.channel.EventLoop;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * One {@code Multiplex} call: many operations in flight, answers in any order. Lives on the event
 * loop; what gRPC reports from elsewhere is brought there.
 */
final class MuxStream extends ClientCall.Listener<ServerFrame> {
  /** What a stream tells the router that it belongs to. */
  interface Owner {
    /** Operations may be sent from now on. */
    void ready(MuxStream stream);

    void answered(PointOperation operation, Answer answer);

    /**
     * @param sent operations that the router may have carried out
     * @param unsent operations that never left
     */
    void ended(
        MuxStream stream,
        Status status,
        Metadata trailers,
        List<PointOperation> sent,
        List<PointOperation> unsent);
  }

  private static final int MAX_FRAME_BYTES = 256 << 10;
  private static final int MAX_FRAME_CALLS = 1_024;

  /** How many bytes may wait in the channel before we keep operations back. */
  private static final int READY_BELOW_BYTES = 1 << 20;

  private final EventLoop loop;
  private final Owner owner;
  private final ClientCall<ClientFrame, ServerFrame> call;
  private final Map<Long, PointOperation> sent = new HashMap<>();
  private final Deque<PointOperation> unsent = new ArrayDeque<>();
  private long nextId = 1;
  private boolean ready;
  private boolean cancelled;
  private boolean ended;

  MuxStream(Channel channel, EventLoop loop, Owner owner) {
    this.loop = loop;
    this.owner = owner;
    this.call =
        channel.newCall(
            DatabaseGrpc.getMultiplexMethod(),
            CallOptions.DEFAULT.withOnReadyThreshold(READY_BELOW_BYTES));
  }

  void open() {
    call.start(this, new Metadata());
    call.request(2);
  }

  boolean isReady() {
    return ready && !cancelled && !ended;
  }

  int load() {
    return sent.size() + unsent.size();
  }

  boolean awaitsAnswers() {
    return !sent.isEmpty();
  }

  void add(PointOperation operation) {
    unsent.add(operation);
  }

  /** Sends what was added, as far as the connection takes it; the rest follows when it can. */
  void flush() {
    while (!cancelled && !ended && !unsent.isEmpty() && call.isReady()) {
      ClientFrame frame = nextFrame();
      if (frame.getCallsCount() > 0) {
        call.sendMessage(frame);
      }
    }
  }

  private ClientFrame nextFrame() {
    ClientFrame.Builder frame = ClientFrame.newBuilder();
    long now = System.nanoTime();
    int bytes = 0;
    while (!unsent.isEmpty() && frame.getCallsCount() < MAX_FRAME_CALLS) {
      PointOperation operation = unsent.peek();
      if (bytes > 0 && bytes + operation.bytes() > MAX_FRAME_BYTES) {
        break;
      }
      unsent.remove();
      if (!operation.finished()) {
        frame.addCalls(operation.sendOn(this, nextId, now));
        sent.put(nextId, operation);
        bytes += operation.bytes();
        nextId++;
      }
    }
    return frame.build();
  }

  /** An answer to this call would come too late. */
  void forget(long id) {
    sent.remove(id);
  }

  /** Ends the stream from our side; the owner is told as usual. */
  void cancel(String why) {
    cancelled = true;
    call.cancel(why, null);
  }

  @Override
  public void onReady() {
    onLoop(
        () -> {
          boolean first = !ready;
          ready = true;
          if (first && !ended) {
            owner.ready(this);
          }
          flush();
        });
  }

  @Override
  public void onMessage(ServerFrame frame) {
    onLoop(
        () -> {
          for (Answer answer : frame.getAnswersList()) {
            // Unknown ids are answers that came too late, or nonsense; neither does harm.
            PointOperation operation = sent.remove(answer.getId());
            if (operation != null) {
              owner.answered(operation, answer);
            }
          }
          if (!cancelled) {
            call.request(1);
          }
        });
  }

  @Override
  public void onClose(Status status, Metadata trailers) {
    onLoop(
        () -> {
          if (ended) {
            return;
          }
          ended = true;
          List<PointOperation> inDoubt = new ArrayList<>(sent.values());
          List<PointOperation> kept = new ArrayList<>(unsent);
          sent.clear();
          unsent.clear();
          owner.ended(this, status, trailers, inDoubt, kept);
        });
  }

  private void onLoop(Runnable task) {
    if (loop.inEventLoop()) {
      task.run();
    } else {
      loop.execute(task);
    }
  }
}
