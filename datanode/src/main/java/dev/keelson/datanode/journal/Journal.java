package dev.keelson.datanode.journal;

import dev.keelson.core.shard.ShardId;
import dev.keelson.datanode.disk.Disk;
import dev.keelson.datanode.disk.DiskFailure;
import java.io.IOException;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

/**
 * One append-only log for all shards of a node. All methods may be called from any thread and never
 * block; callbacks run through the executor given with the call, after the force that covers them,
 * in the order of the calls.
 */
public final class Journal {
  private Journal() {}

  /**
   * Reads what the disk holds and makes it writable; returns when all that will be shown is
   * durable.
   *
   * @param writer runs one task at a time, in order: in production a {@link JournalThread}
   * @param background runs reads and prepares files; may run many tasks at a time
   * @param failure told once when the disk failed for good; no callback comes after that
   * @throws JournalFormatException when the files were written by another version of this program
   */
  public static OpenedJournal open(
      Disk disk, JournalConfig config, Executor writer, Executor background, DiskFailure failure)
      throws IOException {
    throw new UnsupportedOperationException();
  }

  /**
   * Makes a batch durable. Batches become durable in the order of the calls, one force for all that
   * are waiting.
   *
   * @param whenDurable run through {@code loop}, together with all others of that loop and force
   * @throws JournalFullException when it has entries and there is no room; nothing of it was taken
   */
  public void append(JournalBatch batch, Executor loop, Runnable whenDurable)
      throws JournalFullException {
    throw new UnsupportedOperationException();
  }

  /** Whether entries are refused for want of disk space now. */
  public boolean full() {
    throw new UnsupportedOperationException();
  }

  /**
   * Durable entries from {@code fromIndex} on, as many as {@code maxBytes} allow but at least one,
   * for slow followers and for replay at start.
   */
  public void read(
      ShardId shard, long fromIndex, int maxBytes, Executor loop, Consumer<ReadResult> then) {
    throw new UnsupportedOperationException();
  }

  /** Forgets a shard. */
  public void drop(ShardId shard) {
    throw new UnsupportedOperationException();
  }

  /**
   * Gives back the space of entries below {@code belowIndex}, which must not be above the first
   * index behind the base of the shard's durable state.
   */
  public void release(ShardId shard, long belowIndex) {
    throw new UnsupportedOperationException();
  }

  /**
   * Makes durable what is waiting, records the end, and closes the files; later calls are ignored.
   */
  public void close(Executor loop, Runnable whenClosed) {
    throw new UnsupportedOperationException();
  }
}
