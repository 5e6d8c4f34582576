package dev.keelson.datanode.rpc;

import dev.keelson.core.error.DatabaseException;
import dev.keelson.core.error.ErrorCode;
import dev.keelson.datanode.wire.NettyLoop;
import dev.keelson.proto.internal.v1.NodeAnswer;
import dev.keelson.proto.internal.v1.NodeAnswerFrame;
import dev.keelson.proto.internal.v1.NodeCall;
import dev.keelson.proto.internal.v1.NodeCallFrame;
import dev.keelson.proto.internal.v1.NodeError;
import dev.keelson.runtime.admission.Admission;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.Status;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.Queue;
import java.util.function.Consumer;

/**
 * One router's stream. Frames come in on the thread of the connection; everything else happens on
 * the loop of the shards, where the answers of a turn are gathered and sent in one frame.
 *
 * <p>A call counts as in flight until its answer was handed to the connection, so that a router
 * that does not read is told to stop instead of filling the memory.
 */
final class RouterStream extends ServerCall.Listener<NodeCallFrame> {
  private final ServerCall<NodeCallFrame, NodeAnswerFrame> call;
  private final String clusterId;
  private final FragmentsConfig config;
  private final Optional<Admission.Gate> gate;
  private final NettyLoop loop;
  private final NodeCalls calls;
  private final FragmentsMetrics metrics;
  private final Consumer<RouterStream> whenOver;
  private final Queue<Waiting> waiting = new ArrayDeque<>();
  private long waitingBytes;
  private boolean flushScheduled;
  private boolean over;
  // Of the connection's thread.
  private boolean introduced;
  private boolean refused;

  /** An answer, and what its call took of the gate; less than 0 when it was not let in. */
  private record Waiting(NodeAnswer answer, long admitted) {}

  RouterStream(
      ServerCall<NodeCallFrame, NodeAnswerFrame> call,
      String clusterId,
      FragmentsConfig config,
      Optional<Admission.Gate> gate,
      NettyLoop loop,
      NodeCalls calls,
      FragmentsMetrics metrics,
      Consumer<RouterStream> whenOver) {
    this.call = call;
    this.clusterId = clusterId;
    this.config = config;
    this.gate = gate;
    this.loop = loop;
    this.calls = calls;
    this.metrics = metrics;
    this.whenOver = whenOver;
    metrics.streams.inc();
  }

  @Override
  public void onMessage(NodeCallFrame frame) {
    metrics.framesIn.inc();
    if (refused || !introduced && !introduce(frame)) {
      return;
    }
    metrics.calls.inc(frame.getCallsCount());
    frame.getCallsList().forEach(this::admit);
    call.request(1);
  }

  private boolean introduce(NodeCallFrame first) {
    introduced = first.getClusterId().equals(clusterId);
    if (!introduced) {
      refused = true;
      String why =
          "this node belongs to cluster '"
              + clusterId
              + "', the router to cluster '"
              + first.getClusterId()
              + "': check the router's etcd endpoints";
      end(Status.FAILED_PRECONDITION.withDescription(why));
    }
    return introduced;
  }

  private void admit(NodeCall asked) {
    long size = asked.getSerializedSize();
    Optional<DatabaseException> refusal = gate.flatMap(it -> it.enter(size));
    if (refusal.isPresent()) {
      metrics.refused.inc();
      NodeAnswer answer = failed(asked.getId(), refusal.get());
      loop.run(() -> answered(new Waiting(answer, -1)));
    } else {
      calls.call(asked, answer -> answered(new Waiting(answer, size)));
    }
  }

  /** Any thread. */
  void end(Status why) {
    loop.run(() -> endNow(why));
  }

  // ---- on the loop

  private void answered(Waiting next) {
    if (over) {
      leave(next);
      return;
    }
    Waiting kept = next;
    if (waitingBytes + size(next) > config.waitingBytes() && !next.answer().hasWritten()) {
      metrics.slowReader.inc();
      DatabaseException slow =
          ErrorCode.OVERLOADED.because("The router doesn't take its answers fast enough");
      kept = new Waiting(failed(next.answer().getId(), slow), next.admitted());
    }
    waiting.add(kept);
    waitingBytes += size(kept);
    if (!flushScheduled) {
      flushScheduled = true;
      // Behind the rest of this turn, whose answers go into the same frame.
      loop.execute(this::flush);
    }
  }

  private void flush() {
    flushScheduled = false;
    while (!over && !waiting.isEmpty() && call.isReady()) {
      send();
    }
  }

  private void send() {
    NodeAnswerFrame.Builder frame = NodeAnswerFrame.newBuilder();
    long bytes = 0;
    for (Waiting next = waiting.peek(); next != null; next = waiting.peek()) {
      long size = size(next);
      if (bytes > 0 && bytes + size > config.frameBytes()) {
        break;
      }
      waiting.remove();
      bytes += size;
      frame.addAnswers(next.answer());
      leave(next);
    }
    waitingBytes -= bytes;
    metrics.framesOut.inc();
    call.sendMessage(frame.build());
  }

  private void leave(Waiting answered) {
    if (answered.admitted() >= 0) {
      gate.ifPresent(it -> it.leave(answered.admitted()));
    }
  }

  private static long size(Waiting waiting) {
    return waiting.answer().getSerializedSize();
  }

  private static NodeAnswer failed(long id, DatabaseException why) {
    return NodeAnswer.newBuilder()
        .setId(id)
        .setError(NodeError.newBuilder().setError(why.toProto()))
        .build();
  }

  private void endNow(Status why) {
    if (!over) {
      over();
      call.close(why, new Metadata());
    }
  }

  private void over() {
    if (!over) {
      over = true;
      metrics.streams.dec();
      whenOver.accept(this);
      waiting.forEach(this::leave);
      waiting.clear();
      waitingBytes = 0;
    }
  }

  @Override
  public void onReady() {
    loop.run(this::flush);
  }

  /** Calls that came before are not answered any more: the router has gone. */
  @Override
  public void onHalfClose() {
    end(Status.OK);
  }

  @Override
  public void onCancel() {
    loop.run(this::over);
  }

  @Override
  public void onComplete() {
    loop.run(this::over);
  }
}
