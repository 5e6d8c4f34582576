package dev.keelson.client;

import com.google.protobuf.MessageLite;
import dev.keelson.proto.v1.Answer;
import dev.keelson.proto.v1.Call;
import dev.keelson.proto.v1.WriteId;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * A call for the multiplexed stream, over all its attempts.
 *
 * <pre>
 * submitted ─► (waits for a session, if it writes) ─► (waits for a router) ─► sent ─► finished
 *                     ▲                                      ▲                 │
 *                     └── session expired, never applied ────┴── may be retried┘
 * </pre>
 */
final class PointOperation extends Operation {
  /** Room for a write id and the fields of the call. */
  private static final int OVERHEAD_BYTES = 48;

  /** Ends of a stream that are its calls' own fault, before we stop sending this one. */
  private static final int MAX_STRIKES = 3;

  private static final Duration FIRST_PAUSE = Duration.ofMillis(5);
  private static final Duration LONGEST_PAUSE = Duration.ofMillis(500);

  private final Call.Builder call;
  private final boolean write;
  private final int bytes;
  private final InFlightLimit limit;
  private final CompletableFuture<Answer> answer = new CompletableFuture<>();
  private final Backoff backoff = new Backoff(FIRST_PAUSE, LONGEST_PAUSE);

  private @Nullable WriteSession session;
  private long sequence;
  private boolean maybeApplied;
  private int strikes;
  private @Nullable MuxStream stream;
  private long id;

  PointOperation(Call.Builder call, InFlightLimit limit, long deadline) {
    super(deadline);
    this.call = call;
    this.limit = limit;
    this.write = !(call.hasGet() || call.hasBatchGet());
    this.bytes = request(call).getSerializedSize() + OVERHEAD_BYTES;
  }

  private static MessageLite request(Call.Builder call) {
    return switch (call.getRequestCase()) {
      case GET -> call.getGet();
      case BATCH_GET -> call.getBatchGet();
      case PUT -> call.getPut();
      case INSERT -> call.getInsert();
      case UPDATE -> call.getUpdate();
      case DELETE -> call.getDelete();
      case WRITE_BATCH -> call.getWriteBatch();
      case REQUEST_NOT_SET -> throw new IllegalStateException("a call without a request");
    };
  }

  CompletableFuture<Answer> answer() {
    return answer;
  }

  boolean isWrite() {
    return write;
  }

  int bytes() {
    return bytes;
  }

  long nextPauseNanos() {
    return backoff.nextNanos();
  }

  @Nullable WriteSession session() {
    return session;
  }

  /** Gives the write its name; it keeps it over all attempts. */
  void joined(WriteSession joined, long number) {
    session = joined;
    sequence = number;
  }

  /** The write may get another name, because under this one it never left. */
  void leaveSession() {
    if (session != null) {
      session.answered(sequence);
      session = null;
    }
  }

  /** The message of the next attempt. */
  Call sendOn(MuxStream on, long callId, long now) {
    stream = on;
    id = callId;
    long millis = Math.max(1, (deadline() - now) / 1_000_000);
    call.setId(callId).setDeadlineMillis((int) Math.min(millis, Integer.MAX_VALUE));
    if (session != null) {
      name(session.writeId(sequence));
    }
    return call.build();
  }

  private void name(WriteId writeId) {
    switch (call.getRequestCase()) {
      case PUT -> call.getPutBuilder().setWriteId(writeId);
      case INSERT -> call.getInsertBuilder().setWriteId(writeId);
      case UPDATE -> call.getUpdateBuilder().setWriteId(writeId);
      case DELETE -> call.getDeleteBuilder().setWriteId(writeId);
      case WRITE_BATCH -> call.getWriteBatchBuilder().setWriteId(writeId);
      case GET, BATCH_GET, REQUEST_NOT_SET -> throw new IllegalStateException("no write: " + call);
    }
  }

  /** The attempt is over; unless the answer says otherwise, it may have been applied. */
  void attemptEnded(boolean outcomeUnknown) {
    stream = null;
    maybeApplied |= write && outcomeUnknown;
  }

  boolean maybeApplied() {
    return maybeApplied;
  }

  /** Counts the ends of streams that may be this call's fault; true when there are enough. */
  boolean struckOut() {
    strikes++;
    return strikes >= MAX_STRIKES;
  }

  void complete(Answer result) {
    if (end()) {
      answer.complete(result);
    }
  }

  @Override
  void fail(KeelsonException why) {
    if (stream != null) {
      stream.forget(id);
      attemptEnded(true);
    }
    if (!end()) {
      return;
    }
    // A conflict is decided where the write is applied, so it is final whatever went before.
    boolean doubt = maybeApplied && why.category() != KeelsonException.Category.CONFLICT;
    KeelsonException told = write ? why : why.ofRead();
    answer.completeExceptionally(doubt ? told.withUnknownOutcome() : told);
  }

  private boolean end() {
    if (!finish()) {
      return false;
    }
    if (session != null) {
      session.answered(sequence);
    }
    limit.leave(bytes);
    return true;
  }

  @Override
  void expire() {
    fail(Failures.deadline("No answer came within the deadline." + because(), false));
  }
}
