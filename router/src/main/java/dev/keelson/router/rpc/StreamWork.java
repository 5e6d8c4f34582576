package dev.keelson.router.rpc;

import dev.keelson.core.error.DatabaseException;
import dev.keelson.core.error.ErrorCode;
import dev.keelson.router.request.Outcome;
import dev.keelson.runtime.net.ErrorStatus;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** What a virtual thread does for one stream; it is interrupted when the client goes. */
final class StreamWork implements Runnable {
  private final Body body;
  private final Outcome<Boolean> outcome;
  private final ReentrantLock lock = new ReentrantLock();
  private @Nullable Thread thread;
  private boolean cancelled;

  @FunctionalInterface
  interface Body {
    void run() throws InterruptedException;
  }

  StreamWork(Body body, Outcome<Boolean> outcome) {
    this.body = body;
    this.outcome = outcome;
  }

  @Override
  public void run() {
    try {
      begin();
      body.run();
      end();
      outcome.answered(true);
    } catch (InterruptedException e) {
      end();
      outcome.failed(ErrorCode.CANCELLED.because("The client left, or this router is stopping"));
    } catch (DatabaseException e) {
      end();
      outcome.failed(e);
    } catch (RuntimeException e) {
      end();
      outcome.failed(ErrorStatus.toDatabaseException(e));
    }
  }

  private void begin() throws InterruptedException {
    lock.lock();
    try {
      if (cancelled) {
        throw new InterruptedException("cancelled before it began");
      }
      thread = Thread.currentThread();
    } finally {
      lock.unlock();
    }
  }

  private void end() {
    lock.lock();
    try {
      thread = null;
    } finally {
      lock.unlock();
    }
  }

  /** The client is gone. */
  void cancel() {
    lock.lock();
    try {
      cancelled = true;
      if (thread != null) {
        thread.interrupt();
      }
    } finally {
      lock.unlock();
    }
  }
}
