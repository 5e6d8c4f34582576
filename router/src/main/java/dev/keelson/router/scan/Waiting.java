package dev.keelson.router.scan;

import dev.keelson.core.error.DatabaseException;
import dev.keelson.core.error.ErrorCode;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;

/** Waits for pages on a scan's own virtual thread. */
final class Waiting {
  private Waiting() {}

  /** The page, which has a deadline of its own, so that this ends. */
  static Page forPage(Future<Page> page) throws InterruptedException {
    try {
      return page.get();
    } catch (InterruptedException e) {
      page.cancel(false);
      throw e;
    } catch (ExecutionException e) {
      if (e.getCause() instanceof DatabaseException expected) {
        throw expected;
      }
      throw DatabaseException.internal("A page could not be read", e);
    }
  }

  static void checkDeadline(long deadlineNanos) {
    if (System.nanoTime() - deadlineNanos >= 0) {
      throw ErrorCode.DEADLINE_EXCEEDED.because(
          "The scan's deadline passed; it can go on from the last continuation");
    }
  }
}
