package dev.keelson.router.rpc;

import dev.keelson.core.error.ErrorCode;
import dev.keelson.router.request.Outcome;
import dev.keelson.router.rpc.RequestMetrics.Method;
import dev.keelson.router.work.VirtualThreads;
import dev.keelson.runtime.net.ErrorStatus;
import io.grpc.stub.StreamObserver;
import java.util.concurrent.Callable;

/** Calls of one request whose answer takes a wait, each on a virtual thread. */
final class BlockingCalls {
  private final VirtualThreads threads;
  private final VirtualThreads.Room room;
  private final RequestMetrics metrics;

  BlockingCalls(VirtualThreads threads, VirtualThreads.Room room, RequestMetrics metrics) {
    this.threads = threads;
    this.room = room;
    this.metrics = metrics;
  }

  <A> void run(Method method, StreamObserver<A> client, Callable<A> body) {
    Outcome<A> outcome = metrics.timed(method, new UnaryOutcome<>(client));
    threads.run(room, () -> run(body, outcome)).ifPresent(outcome::failed);
  }

  private static <A> void run(Callable<A> body, Outcome<A> outcome) {
    A answer;
    try {
      answer = body.call();
    } catch (InterruptedException e) {
      outcome.failed(ErrorCode.SHUTTING_DOWN.because("This router is stopping"));
      return;
    } catch (Exception e) {
      outcome.failed(ErrorStatus.toDatabaseException(e));
      return;
    }
    outcome.answered(answer);
  }
}
