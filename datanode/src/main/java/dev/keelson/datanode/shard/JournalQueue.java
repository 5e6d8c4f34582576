package dev.keelson.datanode.shard;

import dev.keelson.core.shard.ShardId;
import dev.keelson.datanode.journal.Journal;
import dev.keelson.datanode.journal.JournalBatch;
import dev.keelson.datanode.journal.JournalFullException;
import java.util.ArrayDeque;
import java.util.concurrent.Executor;

/**
 * Keeps a loop's batches in order when the disk is full: a batch that the journal refuses waits,
 * and so does everything behind it. Nothing that waits is acknowledged. Writes are refused while
 * the journal is full, so little ever waits.
 */
final class JournalQueue {
  private final Journal journal;
  private final Executor loop;
  private final ArrayDeque<Waiting> waiting = new ArrayDeque<>();

  private record Waiting(JournalBatch batch, Runnable whenDurable) {}

  JournalQueue(Journal journal, Executor loop) {
    this.journal = journal;
    this.loop = loop;
  }

  void append(JournalBatch batch, Runnable whenDurable) {
    waiting.add(new Waiting(batch, whenDurable));
    retry();
  }

  /** Forgets a shard, after all that was handed over before. */
  void drop(ShardId shard) {
    append(JournalBatch.ofDrop(shard), () -> {});
  }

  void retry() {
    while (!waiting.isEmpty()) {
      Waiting first = waiting.peek();
      try {
        journal.append(first.batch(), loop, first.whenDurable());
      } catch (JournalFullException e) {
        return;
      }
      waiting.remove();
    }
  }
}
