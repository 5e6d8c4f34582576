package dev.keelson.simulation.cluster;

import dev.keelson.simulation.world.VirtualTime;
import java.util.ArrayDeque;
import java.util.concurrent.Executor;
import java.util.random.RandomGenerator;

/** A thread that waits for a disk: one task at a time, each as slow as the disk is. */
final class SimulatedDiskQueue implements Executor {
  private static final long FAST_NANOS = 100_000;

  private final VirtualTime time;
  private final RandomGenerator random;
  private final ArrayDeque<Runnable> waiting = new ArrayDeque<>();
  private long typicalNanos;
  private long busyUntil;
  private boolean ended;

  SimulatedDiskQueue(VirtualTime time, RandomGenerator random, long typicalNanos) {
    this.time = time;
    this.random = random;
    this.typicalNanos = typicalNanos;
  }

  @Override
  public void execute(Runnable task) {
    waiting.add(task);
    busyUntil = Math.max(busyUntil, time.now()) + typicalNanos / 2 + random.nextLong(typicalNanos);
    time.after(busyUntil - time.now(), this::runNext);
  }

  private void runNext() {
    if (!ended && !waiting.isEmpty()) {
      waiting.remove().run();
    }
  }

  void slow(long nanos) {
    typicalNanos = nanos;
  }

  /** What waits is done now; it would have taken for ever at the old pace. */
  void heal() {
    typicalNanos = FAST_NANOS;
    busyUntil = time.now();
    for (int i = 0; i < waiting.size(); i++) {
      busyUntil += FAST_NANOS;
      time.after(busyUntil - time.now(), this::runNext);
    }
  }

  /** The process ends in the middle of the next task, if there is one. */
  void endWithin(Runnable beforeTask) {
    ended = true;
    if (!waiting.isEmpty()) {
      beforeTask.run();
      waiting.remove().run();
    }
  }

  void end() {
    ended = true;
  }
}
