package dev.keelson.coordination;

import dev.keelson.core.error.DatabaseException;
import dev.keelson.core.error.ErrorCode;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How answers of a metadata store are taken. */
final class StoreCalls {
  private static final Logger LOG = LoggerFactory.getLogger(StoreCalls.class);

  /** More than any call of a store takes; it answers by itself before. */
  private static final long LIMIT_SECONDS = 60;

  private StoreCalls() {}

  /** Calls one of the two when a call has been answered; what they throw is logged. */
  static <A> void when(CompletionStage<A> call, Consumer<A> answered, Consumer<Throwable> failed) {
    CompletionStage<A> unused =
        call.whenComplete(
            (answer, error) ->
                run(
                    () -> {
                      if (error == null) {
                        answered.accept(answer);
                      } else {
                        failed.accept(error);
                      }
                    }));
  }

  static void run(Runnable task) {
    try {
      task.run();
    } catch (RuntimeException e) {
      LOG.error("a task of the metadata store failed", e);
    }
  }

  /** Waits on a virtual thread; failures become errors for a client. */
  static <T> T await(CompletionStage<T> stage) {
    try {
      return stage.toCompletableFuture().get(LIMIT_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      Throwable cause = e.getCause();
      if (cause instanceof MetadataUnavailableException) {
        throw ErrorCode.METADATA_UNAVAILABLE.because(String.valueOf(cause.getMessage()));
      }
      throw DatabaseException.internal(
          "The metadata store failed: " + cause, cause == null ? e : cause);
    } catch (TimeoutException e) {
      throw ErrorCode.METADATA_UNAVAILABLE.because("The metadata store doesn't answer");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw ErrorCode.SHUTTING_DOWN.because("The process ends");
    }
  }
}
