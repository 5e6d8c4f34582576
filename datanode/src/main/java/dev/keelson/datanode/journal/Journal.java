package dev.keelson.datanode.journal;

import dev.keelson.core.shard.ShardId;
import dev.keelson.datanode.disk.Disk;
import dev.keelson.datanode.disk.DiskFailure;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/**
 * One append-only log for all shards of a node. All methods may be called from any thread and never
 * block; callbacks run through the executor given with the call, after the force that covers them,
 * in the order of the calls.
 *
 * <pre>
 *   loops: append ──► queue ──► writer's turn: group of all waiting ──► one force ──► index ──► callbacks, one task per loop
 * </pre>
 */
public final class Journal {
  private final JournalConfig config;
  private final Executor writer;
  private final Executor background;
  private final GroupWriter groups;
  private final LogReader reader;
  private final ConcurrentLinkedQueue<Work> queue = new ConcurrentLinkedQueue<>();
  private final AtomicBoolean scheduled = new AtomicBoolean();
  private final AtomicLong queuedBytes = new AtomicLong();
  private volatile boolean closing;
  private volatile Measure measure = (bytes, whenDurable) -> whenDurable;

  /** Looks at an append: {@code whenDurable} comes back, wrapped. */
  @FunctionalInterface
  interface Measure {
    Runnable appending(int entryBytes, Runnable whenDurable);
  }

  private Journal(
      JournalConfig config,
      Executor writer,
      Executor background,
      GroupWriter groups,
      LogReader reader) {
    this.config = config;
    this.writer = writer;
    this.background = background;
    this.groups = groups;
    this.reader = reader;
  }

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
    Recovery.Recovered recovered = new Recovery(disk, config).run();
    SegmentSupply supply =
        new SegmentSupply(disk, config, background, recovered.writer().segment().number() + 1);
    GroupWriter groups =
        new GroupWriter(
            config, recovered.segments(), supply, recovered.writer(), recovered.logs(), failure);
    Journal journal =
        new Journal(config, writer, background, groups, new LogReader(recovered.segments()));
    groups.releaseSegments();
    supply.prepare();
    return new OpenedJournal(
        journal,
        recovered.shards(),
        (recovered.losses() & SegmentHeader.DAMAGE) != 0,
        (recovered.losses() & SegmentHeader.TEAR) != 0,
        recovered.findings().sentences());
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
    batch.check(config);
    if (batch.entryBytes() > 0) {
      checkRoom(batch.entryBytes());
    }
    queuedBytes.addAndGet(batch.entryBytes());
    Runnable measured = measure.appending(batch.entryBytes(), whenDurable);
    enqueue(new Work.Append(batch, loop, measured));
  }

  private void checkRoom(int bytes) throws JournalFullException {
    if (groups.full()) {
      groups.lookForRoom();
      throw new JournalFullException(
          JournalFullException.Shortage.DISK,
          "the data volume is full up to its reserve, "
              + groups.usableBytes()
              + " bytes are free: delete data or grow the volume");
    }
    long waiting = queuedBytes.get();
    if (waiting > 0 && waiting + bytes > config.maxQueuedBytes()) {
      throw new JournalFullException(
          JournalFullException.Shortage.QUEUE,
          waiting + " bytes are waiting for the disk: send less at a time, or use a faster disk");
    }
  }

  /** Whether entries are refused for want of disk space now. */
  public boolean full() {
    return groups.full();
  }

  /**
   * Durable entries from {@code fromIndex} on, as many as {@code maxBytes} allow but at least one,
   * for slow followers and for replay at start.
   */
  public void read(
      ShardId shard, long fromIndex, int maxBytes, Executor loop, Consumer<ReadResult> then) {
    int bytes = Math.min(maxBytes, config.maxReadBytes());
    background.execute(
        () -> {
          ReadResult result =
              groups
                  .log(shard)
                  .map(log -> reader.read(log, fromIndex, bytes))
                  .orElseGet(() -> new ReadResult.Absent(shard, fromIndex, 1, 0));
          loop.execute(() -> then.accept(result));
        });
  }

  /** Forgets a shard. */
  public void drop(ShardId shard) {
    enqueue(new Work.Append(JournalBatch.ofDrop(shard), Runnable::run, () -> {}));
  }

  /**
   * Gives back the space of entries below {@code belowIndex}, but never of those above the base of
   * the shard's durable state.
   */
  public void release(ShardId shard, long belowIndex) {
    enqueue(new Work.Release(shard, belowIndex));
  }

  /**
   * Makes durable what is waiting, records the end, and closes the files; later calls are ignored.
   */
  public void close(Executor loop, Runnable whenClosed) {
    enqueue(new Work.Close(loop, whenClosed));
    closing = true;
  }

  void measure(Measure how) {
    measure = how;
  }

  /** What of a replica would survive a loss of power now; empty when it has nothing here. */
  public Optional<DurableLog> durable(ShardId shard) {
    return groups.log(shard).map(log -> new DurableLog(log.state(), log.last()));
  }

  /**
   * How many files the oldest entry of a shard keeps, its own included: none older than a kept one
   * is deleted.
   */
  public long segmentsKept(ShardId shard) {
    return groups.segmentsKept(shard);
  }

  public JournalStatus status() {
    return groups.status(queuedBytes.get());
  }

  private void enqueue(Work work) {
    if (closing) {
      return;
    }
    queue.add(work);
    schedule();
  }

  private void schedule() {
    if (scheduled.compareAndSet(false, true)) {
      writer.execute(this::turn);
    }
  }

  /** Work that comes while this one forces waits for the next turn, and shares its force. */
  private void turn() {
    scheduled.set(false);
    boolean more = groups.write(queue, queuedBytes);
    if (more) {
      schedule();
    }
  }
}
