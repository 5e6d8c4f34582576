package dev.keelson.client;

import dev.keelson.proto.v1.Answer;
import dev.keelson.proto.v1.Call;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/** Admits point operations and hands them to the event loop. Thread-safe. */
final class PointCalls {
  /** What happens to a call while too much is in flight. */
  enum Admission {
    /** It waits, up to its deadline. */
    WAIT,
    /** It fails. */
    REFUSE
  }

  private final Dispatcher dispatcher;
  private final InFlightLimit limit;

  PointCalls(Dispatcher dispatcher, InFlightLimit limit) {
    this.dispatcher = dispatcher;
    this.limit = limit;
  }

  Dispatcher dispatcher() {
    return dispatcher;
  }

  <T> T await(CompletableFuture<T> answer) {
    return Blocking.await(answer, dispatcher.loop());
  }

  CompletableFuture<WriteResult> write(
      WriteBatch batch, Duration timeout, Session session, Admission admission) {
    Call.Builder call = Call.newBuilder().setWriteBatch(batch.toProto());
    return call(call, timeout, session, admission, PointCalls::written);
  }

  static WriteResult written(Answer answer) {
    return WriteResult.fromProto(answer.getWrite());
  }

  <T> CompletableFuture<T> call(
      Call.Builder call,
      Duration timeout,
      Session session,
      Admission admission,
      Function<Answer, T> convert) {
    long deadline = System.nanoTime() + timeout.toNanos();
    PointOperation operation = new PointOperation(call, limit, deadline);
    try {
      admit(operation, admission);
    } catch (KeelsonException refused) {
      return CompletableFuture.failedFuture(refused);
    }
    dispatcher.submit(operation);
    return operation
        .answer()
        .thenApply(
            answer -> {
              keep(session, answer);
              return convert.apply(answer);
            });
  }

  /** Before anybody learns of the answer, and may read on. */
  private static void keep(Session session, Answer answer) {
    switch (answer.getResultCase()) {
      case GET -> session.saw(answer.getGet().getServed());
      case BATCH_GET ->
          answer.getBatchGet().getRowsList().forEach(row -> session.saw(row.getServed()));
      case WRITE -> session.saw(answer.getWrite().getServed());
      case ERROR, RESULT_NOT_SET -> {}
    }
  }

  private void admit(PointOperation operation, Admission admission) {
    if (dispatcher.closed()) {
      throw Failures.closed();
    }
    int bytes = operation.bytes();
    if (bytes > ClientConfig.MAX_REQUEST_BYTES) {
      throw Failures.tooLarge(bytes, ClientConfig.MAX_REQUEST_BYTES);
    }
    if (limit.tryEnter(bytes)) {
      return;
    }
    if (admission == Admission.REFUSE || !waitForRoom(operation)) {
      throw Failures.tooManyInFlight(limit.describe());
    }
  }

  private boolean waitForRoom(PointOperation operation) {
    Blocking.checkAllowed(dispatcher.loop());
    try {
      return limit.enter(operation.bytes(), operation.deadline());
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw Failures.interrupted();
    }
  }
}
