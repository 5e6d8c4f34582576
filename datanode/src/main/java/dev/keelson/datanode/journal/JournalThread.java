package dev.keelson.datanode.journal;

import dev.keelson.datanode.disk.DiskFailure;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.locks.LockSupport;

/** The thread that writes and forces: event loops never wait for a disk. */
public final class JournalThread implements Executor, AutoCloseable {
  private final ConcurrentLinkedQueue<Runnable> tasks = new ConcurrentLinkedQueue<>();
  private final DiskFailure failure;
  private final Thread thread;
  private volatile boolean parked;
  private volatile boolean closed;

  public JournalThread(DiskFailure failure) {
    this.failure = failure;
    this.thread = Thread.ofPlatform().name("journal").daemon().start(this::run);
  }

  @Override
  public void execute(Runnable task) {
    if (closed) {
      throw new RejectedExecutionException("the journal's thread is closed");
    }
    tasks.add(task);
    if (parked) {
      LockSupport.unpark(thread);
    }
  }

  private void run() {
    try {
      while (true) {
        Runnable task = tasks.poll();
        if (task != null) {
          task.run();
        } else if (closed) {
          return;
        } else {
          rest();
        }
      }
    } catch (Throwable bug) {
      failure.failed("journal thread", bug);
    }
  }

  /** Whoever adds a task after the check sees {@code parked} and wakes this thread. */
  private void rest() {
    parked = true;
    if (tasks.isEmpty() && !closed) {
      LockSupport.park(this);
    }
    parked = false;
  }

  /** Runs what was handed in before and ends. */
  @Override
  public void close() {
    closed = true;
    LockSupport.unpark(thread);
    if (Thread.currentThread() != thread) {
      join();
    }
  }

  private void join() {
    try {
      thread.join();
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
