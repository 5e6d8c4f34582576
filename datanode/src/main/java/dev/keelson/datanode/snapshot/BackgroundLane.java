package dev.keelson.datanode.snapshot;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

/**
 * Work with files, one piece after the other, off the loop. What comes of it comes back through the
 * loop.
 */
public final class BackgroundLane {
  private final Executor background;
  private final Executor loop;
  private final ArrayDeque<Runnable> waiting = new ArrayDeque<>();
  private boolean running;

  public BackgroundLane(Executor background, Executor loop) {
    this.background = background;
    this.loop = loop;
  }

  /** A piece of work. */
  @FunctionalInterface
  public interface Work<T> {
    T run() throws IOException;
  }

  /** A piece of work that gives nothing back. */
  @FunctionalInterface
  public interface Deed {
    void run() throws IOException;
  }

  /** Exactly one of the two is called, on the loop. */
  public <T> void run(Work<T> work, Consumer<T> then, Consumer<IOException> failed) {
    add(
        () -> {
          Runnable answer;
          try {
            T result = work.run();
            answer = () -> then.accept(result);
          } catch (IOException e) {
            answer = () -> failed.accept(e);
          }
          loop.execute(answer);
        });
  }

  /** For what the next start would do otherwise: whether it went well is nobody's concern. */
  public void run(Deed deed) {
    add(
        () -> {
          try {
            deed.run();
          } catch (IOException leftOver) {
            // The next start finds it.
          }
        });
  }

  private synchronized void add(Runnable task) {
    waiting.add(task);
    if (!running) {
      running = true;
      background.execute(this::runNext);
    }
  }

  private void runNext() {
    Runnable task = take();
    try {
      task.run();
    } finally {
      goOn();
    }
  }

  private synchronized Runnable take() {
    return waiting.remove();
  }

  private synchronized void goOn() {
    running = !waiting.isEmpty();
    if (running) {
      background.execute(this::runNext);
    }
  }
}
