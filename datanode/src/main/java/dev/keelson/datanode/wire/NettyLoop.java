package dev.keelson.datanode.wire;

import dev.keelson.datanode.shard.LoopExecutor;
import io.netty.channel.EventLoop;
import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A Netty event loop: what is given to it runs after the reads of this turn. */
public final class NettyLoop implements LoopExecutor {
  private static final Logger LOG = LoggerFactory.getLogger(NettyLoop.class);

  private final EventLoop loop;

  public NettyLoop(EventLoop loop) {
    this.loop = loop;
  }

  @Override
  public void execute(Runnable task) {
    try {
      loop.execute(task);
    } catch (RejectedExecutionException e) {
      // Only while the process ends; there is nobody left who could wait for it.
      LOG.debug("the event loop has ended", e);
    }
  }

  /** At once when this is the loop's thread, else as its next task. */
  public void run(Runnable task) {
    if (loop.inEventLoop()) {
      task.run();
    } else {
      execute(task);
    }
  }

  @Override
  public long nanoTime() {
    return System.nanoTime();
  }

  @Override
  @SuppressWarnings("FutureReturnValueIgnored")
  public void schedule(Runnable task, Duration delay) {
    try {
      loop.schedule(task, delay.toNanos(), TimeUnit.NANOSECONDS);
    } catch (RejectedExecutionException e) {
      LOG.debug("the event loop has ended", e);
    }
  }
}
