package dev.keelson.coordination;

import io.netty.channel.EventLoop;
import io.netty.util.concurrent.ScheduledFuture;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
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
      loop.execute(() -> StoreCalls.run(task));
    } catch (RejectedExecutionException e) {
      LOG.debug("the store is closed", e);
    }
  }

  void after(Duration delay, Runnable task) {
    try {
      ScheduledFuture<?> unused =
          loop.schedule(() -> StoreCalls.run(task), delay.toNanos(), TimeUnit.NANOSECONDS);
    } catch (RejectedExecutionException e) {
      LOG.debug("the store is closed", e);
    }
  }
}
