package dev.keelson.e2e.processes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keelson.client.ColumnType;
import dev.keelson.client.KeelsonClient;
import dev.keelson.client.Row;
import dev.keelson.client.Table;
import dev.keelson.client.TableDefinition;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A node that comes back when the log that it lacks is gone everywhere. */
@Tag("processes")
class SnapshotCatchUpTest {
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final int WRITES = 3_000;
  private static final int WRITERS = 6;
  private static final int KEYS = 60;
  private static final String TEXT = "0123456789abcdef".repeat(8 << 10);

  @Test
  void a_node_that_missed_more_than_the_journal_keeps_catches_up_from_snapshots()
      throws IOException {
    try (LocalCluster cluster =
            LocalCluster.started("snapshots", Map.of("KEELSON_SNAPSHOTS_LOG_BYTES", "1MiB"));
        Ledger ledger = Ledger.open(cluster, "kept", Duration.ofMillis(10))) {
      ledger.awaitProgress(LIMIT);
      ServerProcess late = cluster.node("n3");
      late.kill();
      overwrite(ledger.client());
      long kept = bytes(cluster.node("n1").directory().resolve("journal"));
      System.out.printf(
          "snapshots: %d MiB written, the journal keeps %d MiB%n",
          (long) WRITES * TEXT.length() >> 20, kept >> 20);
      assertThat(kept).as("journal of n1").isLessThan((long) WRITES * TEXT.length() * 3 / 4);

      long logged = late.logSize();
      long startedAt = System.nanoTime();
      late.start().awaitReady();
      cluster.awaitWhole(ledger.client(), 100);
      System.out.printf(
          "snapshots: whole again %d ms after its start%n",
          (System.nanoTime() - startedAt) / 1_000_000);

      assertThat(late.logFrom(logged)).contains("its rows are those of the snapshot");
      Ledger.Balance balance = ledger.settle();
      assertThat(balance.isEven()).as(balance.toString()).isTrue();
      cluster.awaitWhole();
      cluster.node("n1").kill();
      assertThat(ledger.settle()).as("read where n3 is needed").isEqualTo(balance);
    }
  }

  /** Some rows of all shards, again and again: much log, little state. */
  private static void overwrite(KeelsonClient client) {
    client
        .schema()
        .createTable(
            TableDefinition.named("overwritten")
                .notNull("k", ColumnType.INT64)
                .column("text", ColumnType.STRING)
                .partitionBy("k")
                .build());
    Table table = client.table("overwritten").withTimeout(Duration.ofSeconds(20));
    List<Thread> writers =
        IntStream.range(0, WRITERS)
            .mapToObj(
                writer ->
                    Thread.startVirtualThread(
                        () -> {
                          for (int i = writer; i < WRITES; i += WRITERS) {
                            var unused =
                                table.put(Row.of("k", (long) i % KEYS).with("text", TEXT));
                          }
                        }))
            .toList();
    for (Thread writer : writers) {
      join(writer);
    }
  }

  private static void join(Thread writer) {
    try {
      writer.join();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static long bytes(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.mapToLong(file -> file.toFile().length()).sum();
    }
  }
}
