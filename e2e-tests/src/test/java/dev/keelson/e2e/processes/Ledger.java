package dev.keelson.e2e.processes;

import dev.keelson.client.ColumnType;
import dev.keelson.client.KeelsonClient;
import dev.keelson.client.Row;
import dev.keelson.client.Rows;
import dev.keelson.client.Table;
import dev.keelson.client.TableDefinition;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Writers that note what was acknowledged: one thread and one partition for each shard, a new row
 * with each write. At the end all is read back.
 */
final class Ledger implements AutoCloseable {
  private static final int MOST_SLOTS = 10_000;

  private final KeelsonClient client;
  private final Table table;
  private final List<LedgerWriter> writers = new ArrayList<>();

  /**
   * What was written against what is there.
   *
   * @param acknowledged writes
   * @param unknown writes whose outcome nobody could tell
   * @param refused writes that certainly were not applied
   * @param found of the acknowledged ones
   * @param lost acknowledged and not there, or there with another value
   * @param ghosts there, and never written or refused
   */
  record Balance(
      long acknowledged, long unknown, long refused, long found, long lost, long ghosts) {
    boolean isEven() {
      return lost == 0 && ghosts == 0 && found == acknowledged;
    }
  }

  private Ledger(KeelsonClient client, Table table) {
    this.client = client;
    this.table = table;
  }

  /**
   * Makes the table and begins to write.
   *
   * @param pause of each writer between an answer and the next write
   */
  static Ledger open(LocalCluster cluster, String name, Duration pause) {
    KeelsonClient client = cluster.client();
    client
        .schema()
        .createTable(
            TableDefinition.named(name)
                .notNull("slot", ColumnType.STRING)
                .notNull("sequence", ColumnType.INT64)
                .column("text", ColumnType.STRING)
                .partitionBy("slot")
                .ascending("sequence")
                .build());
    Ledger ledger = new Ledger(client, client.table(name).withTimeout(Duration.ofSeconds(20)));
    ledger
        .slots()
        .forEach(
            (shard, slot) ->
                ledger.writers.add(new LedgerWriter(ledger.table, shard, slot, pause).start()));
    return ledger;
  }

  /** A partition in each shard. */
  private Map<Integer, String> slots() {
    int shards = client.describeCluster().shards().size();
    Map<Integer, String> slots = new TreeMap<>();
    for (int number = 0; slots.size() < shards; number++) {
      if (number == MOST_SLOTS) {
        throw new IllegalStateException("only " + slots.keySet() + " of " + shards + " are hit");
      }
      String slot = "slot-" + number;
      Row row = LedgerWriter.row(slot, 0);
      slots.putIfAbsent(table.put(row).served().shard(), slot);
    }
    return slots;
  }

  KeelsonClient client() {
    return client;
  }

  /** Waits until each shard has acknowledged a write that began later than this call. */
  void awaitProgress(Duration limit) {
    var unused = timeUntilAllServe(System.nanoTime(), limit);
  }

  /** How long any write to any shard took at most since this was last asked. */
  Duration takeLongestWait() {
    return Duration.ofNanos(writers.stream().mapToLong(LedgerWriter::takeLongest).max().orElse(0L));
  }

  /** From a moment until each shard has acknowledged a write that began after it. */
  Duration timeUntilAllServe(long since, Duration limit) {
    List<CompletableFuture<Long>> answers =
        writers.stream().map(it -> it.firstAnswerTo(since)).toList();
    long last = since;
    for (int i = 0; i < answers.size(); i++) {
      last = Math.max(last, answer(writers.get(i), answers.get(i), since + limit.toNanos()));
    }
    return Duration.ofNanos(last - since);
  }

  private static long answer(LedgerWriter writer, CompletableFuture<Long> answer, long deadline) {
    try {
      return answer.get(Math.max(1, deadline - System.nanoTime()), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      throw new IllegalStateException("no write goes through: " + writer, e);
    } catch (InterruptedException | ExecutionException e) {
      throw new IllegalStateException("waiting for " + writer, e);
    }
  }

  /** Ends the writers and reads back what they wrote. */
  Balance settle() {
    writers.forEach(LedgerWriter::stop);
    Balance sum = new Balance(0, 0, 0, 0, 0, 0);
    for (LedgerWriter writer : writers) {
      Balance part = writer.balance(read(writer.slot()));
      sum =
          new Balance(
              sum.acknowledged + part.acknowledged,
              sum.unknown + part.unknown,
              sum.refused + part.refused,
              sum.found + part.found,
              sum.lost + part.lost,
              sum.ghosts + part.ghosts);
    }
    System.out.println("writes: " + sum + ", failed for: " + failures());
    return sum;
  }

  private Map<String, Integer> failures() {
    Map<String, Integer> all = new TreeMap<>();
    writers.forEach(
        writer ->
            writer.failures().forEach((reason, times) -> all.merge(reason, times, Integer::sum)));
    return all;
  }

  private Map<Long, String> read(String slot) {
    Map<Long, String> found = new TreeMap<>();
    try (Rows rows = table.scan(Row.of("slot", slot)).rows()) {
      rows.forEachRemaining(row -> found.put(row.longValue("sequence"), row.string("text")));
    }
    return found;
  }

  @Override
  public void close() {
    writers.forEach(LedgerWriter::stop);
    client.close();
  }
}
