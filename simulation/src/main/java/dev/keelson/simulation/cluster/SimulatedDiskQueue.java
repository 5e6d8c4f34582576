package dev.keelson.simulation.cluster;

import dev.keelson.simulation.world.Faults;
import dev.keelson.simulation.world.VirtualTime;
import java.util.concurrent.Executor;
import java.util.random.RandomGenerator;

/** The journal's thread: one task at a time, each as slow as the disk is. */
final class SimulatedDiskQueue implements Executor {
  private static final long FAST_NANOS = 100_000;

  private final VirtualTime time;
  private final RandomGenerator random;
  private final Faults faults;
  private long busyUntil;
  private boolean healed;
  private boolean ended;

  SimulatedDiskQueue(VirtualTime time, RandomGenerator random, Faults faults) {
    this.time = time;
    this.random = random;
    this.faults = faults;
  }

  @Override
  public void execute(Runnable task) {
    long typical = healed ? FAST_NANOS : faults.diskNanos();
    busyUntil = Math.max(busyUntil, time.now()) + typical / 2 + random.nextLong(typical);
    time.after(
        busyUntil - time.now(),
        () -> {
          if (!ended) {
            task.run();
          }
        });
  }

  void heal() {
    healed = true;
  }

  void end() {
    ended = true;
  }
}
