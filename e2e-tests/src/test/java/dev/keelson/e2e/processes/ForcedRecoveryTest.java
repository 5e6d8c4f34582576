package dev.keelson.e2e.processes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keelson.client.ShardRecovery;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Two of three data nodes are lost with their disks: only an operator's word goes on (R13). */
@Tag("processes")
class ForcedRecoveryTest {
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final Duration PACE = Duration.ofMillis(10);

  @Test
  void a_cluster_that_lost_two_of_three_disks_goes_on_with_what_the_third_has() {
    Map<String, String> quick =
        Map.of("KEELSON_CONTROLLER_PATIENCE", "1s", "KEELSON_CONTROLLER_PERIOD", "500ms");
    try (LocalCluster cluster = LocalCluster.started("recovery", quick);
        Ledger ledger = Ledger.open(cluster, "before", PACE)) {
      ledger.awaitProgress(LIMIT);
      assertThat(ledger.settle().isEven()).isTrue();
      cluster.awaitWhole(ledger.client(), 0);
      assertThat(ledger.client().planRecovery(List.of())).as("nothing is lost").isEmpty();
      for (String node : List.of("n2", "n3")) {
        cluster.node(node).kill();
        delete(cluster.node(node).directory());
      }

      List<ShardRecovery> plan = ledger.client().planRecovery(List.of());
      assertThat(plan)
          .isNotEmpty()
          .allSatisfy(it -> assertThat(it.survivor()).isEqualTo("n1"))
          .allSatisfy(it -> assertThat(it.lost()).containsExactlyInAnyOrder("n2", "n3"))
          .noneMatch(ShardRecovery::done);
      long said = System.nanoTime();
      assertThat(ledger.client().forceRecover(List.of()))
          .hasSameSizeAs(plan)
          .allMatch(ShardRecovery::done);

      try (Ledger after = Ledger.open(cluster, "after", PACE)) {
        Duration blackout = after.timeUntilAllServe(said, LIMIT);
        System.out.printf(
            "two of three disks lost: all shards serve %d ms after the word%n",
            blackout.toMillis());
        assertThat(ledger.settle().isEven()).as("what the survivor had is there").isTrue();
        List.of("n2", "n3").forEach(it -> cluster.node(it).start().awaitReady());
        cluster.awaitWhole(after.client(), 100);
        assertThat(after.settle().isEven()).isTrue();
      }
      assertThat(ledger.client().planRecovery(List.of())).isEmpty();
    }
  }

  private static void delete(Path directory) {
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
