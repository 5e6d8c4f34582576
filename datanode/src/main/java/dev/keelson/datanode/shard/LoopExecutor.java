package dev.keelson.datanode.shard;

import java.time.Duration;
import java.util.concurrent.Executor;

/** The thread that owns a loop's shards: an event loop, or the simulator. */
public interface LoopExecutor extends Executor {
  /** Monotonic; has no meaning outside this process (R10). */
  long nanoTime();

  void schedule(Runnable task, Duration delay);
}
