package dev.keelson.coordination;

import io.netty.channel.EventLoop;
import io.netty.util.concurrent.ScheduledFuture;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one thread of an {@link EtcdMetadataStore}: what runs on it needs no locks, and no failure of
 * it stays unseen. After its end it drops what it is given.
 */
final class EtcdLoop implements Executor {
  private static final Logger LOG = LoggerFactory.getLogger(EtcdLoop.class);

  private final EventLoop loop;

  EtcdLoop(EventLoop loop) {
    this.loop = loop;
  }

  @Override
  public void execute(Runnable task) {
    try {
      loop.execute(() -> run(task));
    } catch (RejectedExecutionException e) {
      LOG.debug("the store is closed", e);
    }
  }

  void after(Duration delay, Runnable task) {
    try {
      ScheduledFuture<?> unused =
          loop.schedule(() -> run(task), delay.toNanos(), TimeUnit.NANOSECONDS);
    } catch (RejectedExecutionException e) {
      LOG.debug("the store is closed", e);
    }
  }

  /** Calls one of the two when a call has been answered. */
  static <A> void when(
      CompletableFuture<A> call, Consumer<A> answered, Consumer<Throwable> failed) {
    CompletableFuture<A> unused =
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

  private static void run(Runnable task) {
    try {
      task.run();
    } catch (RuntimeException e) {
      LOG.error("a task of the metadata store failed", e);
    }
  }
}
