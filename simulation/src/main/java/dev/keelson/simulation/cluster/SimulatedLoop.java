package dev.keelson.simulation.cluster;

import dev.keelson.datanode.shard.LoopExecutor;
import dev.keelson.simulation.world.VirtualTime;
import java.time.Duration;
import java.util.ArrayDeque;

/** The thread of a process: tasks one after the other, a clock that drifts, pauses, and an end. */
final class SimulatedLoop implements LoopExecutor {
  private final VirtualTime time;
  private final double rate;
  private final long offset;
  private final long turnNanos;
  private final ArrayDeque<Runnable> held = new ArrayDeque<>();
  private boolean paused;
  private boolean ended;

  /**
   * @param rate how fast this clock goes beside virtual time
   * @param offset what it shows at the beginning: clocks of processes have nothing in common
   * @param turnNanos what a task waits for those before it
   */
  SimulatedLoop(VirtualTime time, double rate, long offset, long turnNanos) {
    this.turnNanos = turnNanos;
    this.time = time;
    this.rate = rate;
    this.offset = offset;
  }

  @Override
  public long nanoTime() {
    return offset + (long) (time.now() * rate);
  }

  @Override
  public void execute(Runnable task) {
    time.after(turnNanos, () -> run(task));
  }

  @Override
  public void schedule(Runnable task, Duration delay) {
    time.after((long) (delay.toNanos() / rate), () -> run(task));
  }

  private void run(Runnable task) {
    if (ended) {
      return;
    }
    if (paused) {
      held.add(task);
    } else {
      task.run();
    }
  }

  void pause() {
    paused = true;
  }

  void resume() {
    paused = false;
    while (!held.isEmpty()) {
      execute(held.remove());
    }
  }

  boolean isPaused() {
    return paused;
  }

  void end() {
    ended = true;
    held.clear();
  }
}
