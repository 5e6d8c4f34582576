package dev.keelson.e2e.processes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.keelson.client.ClusterDescription.Member;
import dev.keelson.client.ColumnType;
import dev.keelson.client.KeelsonClient;
import dev.keelson.client.Row;
import dev.keelson.client.Table;
import dev.keelson.client.TableDefinition;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A disk that fills, gets slow, or breaks under writers: others lead, and nothing is lost. */
@Tag("processes")
class DiskTest {
  private static final Duration LIMIT = Duration.ofSeconds(120);
  private static final Duration PACE = Duration.ofMillis(10);
  private static final Map<String, String> QUICK_CONTROLLER =
      Map.of("KEELSON_CONTROLLER_PATIENCE", "1s", "KEELSON_CONTROLLER_PERIOD", "500ms");
  private static final int READ_ONLY_FILE_SYSTEM = 30;
  private static final long MEBIBYTE = 1 << 20;

  @Test
  void leaders_leave_a_slow_disk_and_a_broken_one_ends_its_node(@TempDir Path folder) {
    FaultyDisk disk = FaultyDisk.in(folder);
    try (LocalCluster cluster = LocalCluster.started("faulty", QUICK_CONTROLLER);
        Ledger ledger = Ledger.open(cluster, "faulty_disk", PACE)) {
      ServerProcess node = cluster.node("n2");
      node.stop();
      node.start(disk.settings()).awaitReady();
      awaitMember(ledger.client(), "n2", it -> it.leaders() > 0);

      disk.slow(Duration.ofMillis(120));
      awaitMember(ledger.client(), "n2", it -> it.leaders() == 0 && it.reason().contains("slow"));
      ledger.awaitProgress(LIMIT);
      disk.heal();
      awaitMember(ledger.client(), "n2", it -> it.leaders() > 0 && it.reason().isEmpty());

      disk.fail(READ_ONLY_FILE_SYSTEM);
      assertThat(node.awaitEnd(LIMIT)).isNotZero();
      assertThat(node.logFrom(0)).contains("Read-only file system");
      ledger.awaitProgress(LIMIT);
      disk.heal();
      node.start().awaitReady();
      cluster.awaitWhole(ledger.client(), 100);
      assertEven(ledger);
    }
  }

  @Test
  @Tag("root")
  void a_disk_that_fills_loses_its_leaders_and_gets_them_back_when_there_is_room()
      throws IOException {
    LocalCluster cluster = LocalCluster.prepared("filling", QUICK_CONTROLLER);
    Path directory = Files.createDirectories(cluster.node("n1").directory());
    mount(directory);
    try (Ledger ledger = Ledger.open(cluster.start(), "filling_disk", PACE)) {
      awaitMember(ledger.client(), "n1", it -> it.leaders() > 0);
      Path ballast = directory.resolve("ballast");
      fill(ballast, directory, 200 * MEBIBYTE);
      Writes writes = new Writes(ledger.client());
      awaitMember(
          ledger.client(),
          "n1",
          it -> {
            writes.some();
            return it.leaders() == 0 && it.reason().contains("the disk is full");
          });
      ledger.awaitProgress(LIMIT);

      Files.delete(ballast);
      awaitMember(ledger.client(), "n1", it -> it.leaders() > 0 && it.reason().isEmpty());
      cluster.awaitWhole(ledger.client(), 100);
      assertEven(ledger);
    } finally {
      cluster.kill();
      assertThat(Tools.run(List.of("umount", directory.toString())).exitCode()).isZero();
      cluster.close();
    }
  }

  private static void mount(Path directory) {
    List<String> command =
        List.of("mount", "-t", "tmpfs", "-o", "size=700m", "none", directory.toString());
    assertThat(Tools.run(command).exitCode()).as("a small file system needs root").isZero();
  }

  /** Leaves only so much free. */
  private static void fill(Path ballast, Path directory, long left) throws IOException {
    try (RandomAccessFile file = new RandomAccessFile(ballast.toFile(), "rw")) {
      byte[] block = new byte[(int) MEBIBYTE];
      while (Files.getFileStore(directory).getUsableSpace() > left) {
        file.write(block);
      }
    }
  }

  /** Rows that fill the journal of all nodes. */
  private static final class Writes {
    private static final String TEXT = "x".repeat(256 << 10);
    private static final int AT_ONCE = 20;

    private final Table table;
    private long next;

    Writes(KeelsonClient client) {
      client
          .schema()
          .createTable(
              TableDefinition.named("bulk")
                  .notNull("number", ColumnType.INT64)
                  .column("text", ColumnType.STRING)
                  .partitionBy("number")
                  .build());
      table = client.table("bulk").withTimeout(Duration.ofSeconds(20));
    }

    void some() {
      for (int i = 0; i < AT_ONCE; i++) {
        table.put(Row.of("number", next++ % 50).with("text", TEXT));
      }
    }
  }

  private static void awaitMember(KeelsonClient client, String node, Predicate<Member> state) {
    await(node)
        .atMost(LIMIT)
        .pollInterval(Duration.ofMillis(200))
        .ignoreExceptions()
        .until(
            () ->
                client.describeCluster().members().stream()
                    .filter(it -> it.node().equals(node))
                    .anyMatch(state));
  }

  private static void assertEven(Ledger ledger) {
    Ledger.Balance balance = ledger.settle();
    assertThat(balance.isEven()).as(balance.toString()).isTrue();
  }
}
