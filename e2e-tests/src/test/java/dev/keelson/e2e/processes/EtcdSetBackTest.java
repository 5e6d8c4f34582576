package dev.keelson.e2e.processes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keelson.client.ColumnType;
import dev.keelson.client.Row;
import dev.keelson.client.TableDefinition;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** An etcd whose disks are put back to an earlier state under a running cluster (R14). */
@Tag("processes")
class EtcdSetBackTest {
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final Duration PACE = Duration.ofMillis(10);
  private static final Pattern WORD = Pattern.compile("etcd\\.adopt=([0-9a-f]+-[0-9]+)");

  @Test
  void etcd_that_is_set_back_is_noticed_and_gets_back_what_it_lacks_when_it_is_adopted()
      throws IOException {
    try (LocalCluster cluster = LocalCluster.started("etcd-set-back");
        Ledger ledger = Ledger.open(cluster, "before", PACE)) {
      ledger.awaitProgress(LIMIT);
      Path backup = Files.createTempDirectory("keelson-etcd-backup-");
      whileStopped(cluster.etcd(), () -> copy(cluster.etcd().directory(), backup));
      // Terms and a table that the backup does not know of.
      cluster.node("n1").kill();
      ledger.awaitProgress(LIMIT);
      cluster.node("n1").start().awaitReady();
      makeLateTable(ledger);
      cluster.awaitWhole(ledger.client(), 100);
      cluster.awaitBalance(ledger.client());
      // Copies of what etcd said are some seconds old.
      cluster.nodes().forEach(it -> awaitCopy(it, "tables/main/late"));

      Map<ServerProcess, Long> said = new HashMap<>();
      cluster.nodes().forEach(it -> said.put(it, it.logSize()));
      whileStopped(cluster.etcd(), () -> putBack(backup, cluster.etcd().directory()));
      String words =
          cluster.nodes().stream()
              .map(it -> word(it, said.getOrDefault(it, 0L)))
              .collect(Collectors.joining(","));
      Duration slowest = ledger.timeUntilAllServe(System.nanoTime(), LIMIT);
      System.out.printf(
          "etcd was set back: all nodes noticed, leaders go on (%d ms)%n", slowest.toMillis());

      cluster.nodes().forEach(ServerProcess::stop);
      long begun = System.nanoTime();
      cluster.nodes().forEach(it -> it.start(Map.of("KEELSON_ETCD_ADOPT", words)));
      Duration blackout = ledger.timeUntilAllServe(begun, LIMIT);
      System.out.printf("etcd was adopted: all shards serve after %d ms%n", blackout.toMillis());
      cluster.nodes().forEach(ServerProcess::awaitReady);
      cluster.awaitWhole(ledger.client(), 100);
      assertThat(ledger.client().table("late").get(Row.of("id", 7L)))
          .hasValueSatisfying(it -> assertThat(it.longValue("id")).isEqualTo(7));
      Ledger.Balance balance = ledger.settle();
      assertThat(balance.isEven()).as(balance.toString()).isTrue();
      delete(backup);
    }
  }

  private static void makeLateTable(Ledger ledger) {
    ledger
        .client()
        .schema()
        .createTable(
            TableDefinition.named("late")
                .notNull("id", ColumnType.INT64)
                .partitionBy("id")
                .build());
    var unused = ledger.client().table("late").put(Row.of("id", 7L));
  }

  private static void awaitCopy(ServerProcess node, String key) {
    org.awaitility.Awaitility.await(node.name() + " remembers " + key)
        .atMost(LIMIT)
        .until(
            () ->
                Files.readString(
                        node.directory().resolve("METADATA"),
                        java.nio.charset.StandardCharsets.ISO_8859_1)
                    .contains(key));
  }

  /** What the node wants to hear before it takes etcd as it is. */
  private static String word(ServerProcess node, long from) {
    node.awaitLog(from, "etcd.adopt=", LIMIT);
    Matcher found = WORD.matcher(node.logFrom(from));
    assertThat(found.find()).isTrue();
    return found.group(1);
  }

  private static void whileStopped(ServerProcess process, Runnable act) {
    process.kill();
    act.run();
    process.start().awaitReady();
  }

  private static void putBack(Path backup, Path directory) {
    delete(directory);
    copy(backup, directory);
  }

  private static void copy(Path from, Path to) {
    each(
        from,
        Comparator.naturalOrder(),
        file -> {
          Path target = to.resolve(from.relativize(file).toString());
          if (Files.isDirectory(file)) {
            Files.createDirectories(target);
          } else {
            Files.copy(file, target);
          }
        });
  }

  private static void delete(Path directory) {
    each(directory, Comparator.reverseOrder(), Files::delete);
  }

  private interface FileAction {
    void on(Path file) throws IOException;
  }

  private static void each(Path root, Comparator<Path> order, FileAction action) {
    try (Stream<Path> files = Files.walk(root)) {
      for (Path file : List.copyOf(files.sorted(order).toList())) {
        action.on(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
