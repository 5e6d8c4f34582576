package dev.keelson.client;

import io.netty.channel.EventLoop;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;

/** The blocking face of what happens on the event loop. */
final class Blocking {
  private Blocking() {}

  static void checkAllowed(EventLoop loop) {
    if (loop.inEventLoop()) {
      throw new IllegalStateException(
          "a blocking call on the client's own thread would wait for ever: in callbacks use the"
              + " asynchronous calls, or give the callback an executor (thenApplyAsync)");
    }
  }

  static <T> T await(CompletableFuture<T> future, EventLoop loop) {
    if (!future.isDone()) {
      checkAllowed(loop);
    }
    try {
      return future.get();
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw Failures.interrupted();
    } catch (ExecutionException failed) {
      throw new KeelsonException(unwrap(failed));
    }
  }

  static KeelsonException unwrap(Throwable thrown) {
    Throwable cause = thrown;
    while ((cause instanceof CompletionException || cause instanceof ExecutionException)
        && cause.getCause() != null) {
      cause = cause.getCause();
    }
    if (cause instanceof KeelsonException known) {
      return known;
    }
    KeelsonException unexpected =
        new KeelsonException(
            "CLIENT_FAILED",
            KeelsonException.Category.INTERNAL,
            true,
            "The client failed unexpectedly: " + cause);
    unexpected.initCause(cause);
    return unexpected;
  }
}
