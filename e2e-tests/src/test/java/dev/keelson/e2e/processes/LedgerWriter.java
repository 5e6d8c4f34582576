package dev.keelson.e2e.processes;

import dev.keelson.client.KeelsonException;
import dev.keelson.client.Row;
import dev.keelson.client.Table;
import java.time.Duration;
import java.util.BitSet;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;

/** Writes the rows 1, 2, 3, … of one partition, one after the other, and notes the answers. */
final class LedgerWriter {
  private final Table table;
  private final int shard;
  private final String slot;
  private final Duration pause;
  private final Thread thread;
  private final BitSet acknowledged = new BitSet();
  private final BitSet unknown = new BitSet();
  private volatile boolean stopped;
  private int sequence;
  private final Map<String, Integer> failures = new TreeMap<>();
  private long askedSince;
  private long longest;
  private CompletableFuture<Long> asked = CompletableFuture.completedFuture(0L);

  LedgerWriter(Table table, int shard, String slot, Duration pause) {
    this.table = table;
    this.shard = shard;
    this.slot = slot;
    this.pause = pause;
    this.thread = new Thread(this::write, "writer of shard " + shard);
  }

  static Row row(String slot, long sequence) {
    return Row.of("slot", slot).with("sequence", sequence).with("text", text(slot, sequence));
  }

  private static String text(String slot, long sequence) {
    return "row " + sequence + " of " + slot;
  }

  LedgerWriter start() {
    thread.start();
    return this;
  }

  String slot() {
    return slot;
  }

  private void write() {
    while (!stopped) {
      int next;
      synchronized (this) {
        next = ++sequence;
      }
      long start = System.nanoTime();
      try {
        var unused = table.put(row(slot, next));
        done(next, start);
      } catch (KeelsonException e) {
        failed(next, e);
      }
      LockSupport.parkNanos(pause.toNanos());
    }
  }

  private synchronized void done(int written, long start) {
    acknowledged.set(written);
    longest = Math.max(longest, System.nanoTime() - start);
    if (start >= askedSince) {
      asked.complete(System.nanoTime());
    }
  }

  private synchronized void failed(int written, KeelsonException failure) {
    failures.merge(failure.toString(), 1, Integer::sum);
    if (failure.outcomeUnknown()) {
      unknown.set(written);
    }
  }

  /** When the first write that begins at {@code since} or later is acknowledged. */
  synchronized CompletableFuture<Long> firstAnswerTo(long since) {
    askedSince = since;
    asked = new CompletableFuture<>();
    return asked;
  }

  /** How long a write took at most since this was last asked, in nanoseconds. */
  synchronized long takeLongest() {
    long taken = longest;
    longest = 0;
    return taken;
  }

  /** Waits for the answer to the write under way. */
  void stop() {
    stopped = true;
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while waiting for " + this, e);
    }
  }

  /** Compares what was noted with what was found; call after {@link #stop}. */
  synchronized Ledger.Balance balance(Map<Long, String> rows) {
    long found =
        acknowledged.stream().filter(it -> text(slot, it).equals(rows.get((long) it))).count();
    long ghosts =
        rows.keySet().stream()
            .filter(it -> it > 0)
            .filter(it -> !acknowledged.get(it.intValue()) && !unknown.get(it.intValue()))
            .count();
    long refused = sequence - acknowledged.cardinality() - unknown.cardinality();
    return new Ledger.Balance(
        acknowledged.cardinality(),
        unknown.cardinality(),
        refused,
        found,
        acknowledged.cardinality() - found,
        ghosts);
  }

  /** How often writes failed for which reason. */
  synchronized Map<String, Integer> failures() {
    return Map.copyOf(failures);
  }

  @Override
  public synchronized String toString() {
    return "shard "
        + shard
        + ", "
        + acknowledged.cardinality()
        + " acknowledged, failures: "
        + failures;
  }
}
