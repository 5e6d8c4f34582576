package dev.keelson.runtime.lifecycle;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The parts of a process: closed in the opposite order of their start, once, within a bounded time.
 * Thread-safe.
 *
 * <p>A part that can't go on says so with {@link #fail}; whoever runs the process then ends it.
 */
public final class Lifecycle implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Lifecycle.class);

  private final String name;
  private final Duration stopLimit;
  private final Deque<Part> parts = new ArrayDeque<>();
  private final CountDownLatch endWanted = new CountDownLatch(1);
  private final CountDownLatch closed = new CountDownLatch(1);
  private ExitCode exitCode = ExitCode.STOPPED;
  private boolean closing;

  private record Part(String name, AutoCloseable closer) {}

  /**
   * @param name of the process, for the log
   * @param stopLimit how long all parts together may take to close
   */
  public Lifecycle(String name, Duration stopLimit) {
    this.name = name;
    this.stopLimit = stopLimit;
  }

  /** Takes a part that has started. If the process is ending already, it is closed at once. */
  public <T extends AutoCloseable> T add(String part, T closer) {
    synchronized (this) {
      if (!closing) {
        parts.push(new Part(part, closer));
        return closer;
      }
    }
    close(new Part(part, closer));
    return closer;
  }

  /** Asks for the process's end; returns at once. */
  public void stop() {
    endWanted.countDown();
  }

  /**
   * The process must not start, or can't: a sentence says what to do, and nothing more is told. It
   * ends with a code that tells so. Returns at once.
   */
  public void refuse(ExitCode code, String why) {
    end(code);
    LOG.error("{} ends: {}", name, why);
    endWanted.countDown();
  }

  /** A part can't go on: the process ends with a code that tells so. Returns at once. */
  public void fail(ExitCode code, String why, Throwable cause) {
    end(code);
    LOG.error("{} ends: {}", name, why, cause);
    endWanted.countDown();
  }

  /** The first reason is the one that counts. */
  private synchronized void end(ExitCode code) {
    if (exitCode == ExitCode.STOPPED) {
      exitCode = code;
    }
  }

  /** Waits until somebody wants the end. */
  public ExitCode await() throws InterruptedException {
    endWanted.await();
    return exitCode();
  }

  public synchronized ExitCode exitCode() {
    return exitCode;
  }

  /** Closes all parts; whoever comes second waits for the first, as long as that may take. */
  @Override
  public void close() {
    endWanted.countDown();
    if (beginsClosing()) {
      Thread closer = Thread.ofPlatform().daemon().name(name + "-stop").start(this::closeParts);
      LOG.debug("closing on {}", closer.getName());
    }
    try {
      if (!closed.await(stopLimit.toNanos(), TimeUnit.NANOSECONDS)) {
        LOG.error("{} did not stop within {}; what hangs is left behind", name, stopLimit);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private synchronized boolean beginsClosing() {
    boolean first = !closing;
    closing = true;
    return first;
  }

  private void closeParts() {
    while (true) {
      Part part;
      synchronized (this) {
        part = parts.poll();
      }
      if (part == null) {
        closed.countDown();
        return;
      }
      close(part);
    }
  }

  private void close(Part part) {
    long start = System.nanoTime();
    try {
      part.closer().close();
      LOG.debug("{} stopped in {} ms", part.name(), (System.nanoTime() - start) / 1_000_000);
    } catch (Exception e) {
      LOG.warn("{}: {} did not stop cleanly", name, part.name(), e);
    }
  }
}
