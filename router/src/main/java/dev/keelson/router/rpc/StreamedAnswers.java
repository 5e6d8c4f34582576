package dev.keelson.router.rpc;

import dev.keelson.core.error.ErrorCode;
import io.grpc.stub.ServerCallStreamObserver;
import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Answers that a virtual thread sends at the client's pace: it waits while the client takes none.
 */
final class StreamedAnswers<A> {
  private final ServerCallStreamObserver<A> call;
  private final Duration patience;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition ready = lock.newCondition();

  /**
   * @param patience how long a client may take nothing before it is given up
   */
  StreamedAnswers(ServerCallStreamObserver<A> call, Duration patience) {
    this.call = call;
    this.patience = patience;
    call.setOnReadyHandler(this::wake);
  }

  void send(A answer) throws InterruptedException {
    long left = patience.toNanos();
    lock.lockInterruptibly();
    try {
      while (!call.isReady()) {
        if (left <= 0) {
          throw ErrorCode.CANCELLED.because(
              "The client took no answer for %d s".formatted(patience.toSeconds()));
        }
        left = ready.awaitNanos(left);
      }
    } finally {
      lock.unlock();
    }
    call.onNext(answer);
  }

  private void wake() {
    lock.lock();
    try {
      ready.signalAll();
    } finally {
      lock.unlock();
    }
  }
}
