package dev.keelson.router.work;

import dev.keelson.core.error.DatabaseException;
import dev.keelson.core.error.ErrorCode;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;

/** Runs what takes long away from the event loops, so many at a time of each kind. */
public final class VirtualThreads implements AutoCloseable {
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

  /** One kind of work and how much of it may run. */
  public static final class Room {
    private final String kind;
    private final int places;
    private final Semaphore free;

    public Room(String kind, int places) {
      this.kind = kind;
      this.places = places;
      this.free = new Semaphore(places);
    }
  }

  /** Runs a task unless its room is full; else says so, and the task never runs. */
  public Optional<DatabaseException> run(Room room, Runnable task) {
    if (!room.free.tryAcquire()) {
      return Optional.of(
          ErrorCode.OVERLOADED.because(
              "This router runs %d %s at a time already".formatted(room.places, room.kind)));
    }
    try {
      threads.execute(
          () -> {
            try {
              task.run();
            } finally {
              room.free.release();
            }
          });
      return Optional.empty();
    } catch (RejectedExecutionException e) {
      room.free.release();
      return Optional.of(ErrorCode.SHUTTING_DOWN.because("This router is stopping"));
    }
  }

  /** Interrupts what runs. */
  @Override
  public void close() {
    threads.shutdownNow();
  }
}
