package dev.keelson.coordination;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Runs tasks one at a time in the order they came, on threads of another executor. A task that is
 * given from within a task runs after it, even on an executor that runs everything at once.
 */
final class Turns implements Executor {
  private final Executor executor;
  private final Queue<Runnable> waiting = new ArrayDeque<>();
  private boolean running;

  Turns(Executor executor) {
    this.executor = executor;
  }

  @Override
  public void execute(Runnable task) {
    synchronized (waiting) {
      waiting.add(task);
      if (running) {
        return;
      }
      running = true;
    }
    boolean accepted = false;
    try {
      executor.execute(this::runWaiting);
      accepted = true;
    } finally {
      if (!accepted) {
        synchronized (waiting) {
          running = false;
        }
      }
    }
  }

  private void runWaiting() {
    for (Runnable task = next(); task != null; task = next()) {
      // One that fails must not keep the others from what they wait for.
      StoreCalls.run(task);
    }
  }

  private @Nullable Runnable next() {
    synchronized (waiting) {
      Runnable task = waiting.poll();
      running = task != null;
      return task;
    }
  }
}
