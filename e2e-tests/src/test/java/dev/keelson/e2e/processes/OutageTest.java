package dev.keelson.e2e.processes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.keelson.client.ClusterDescription.Shard;
import dev.keelson.client.ColumnType;
import dev.keelson.client.KeelsonException;
import dev.keelson.client.TableDefinition;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Losing etcd, all data nodes at once, or a leader for a while. */
@Tag("processes")
@ExtendWith(ClusterExtension.class)
class OutageTest {
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final Duration PACE = Duration.ofMillis(10);

  @Test
  void reads_and_writes_go_on_without_etcd_and_only_configuration_waits(LocalCluster cluster) {
    try (Ledger ledger = Ledger.open(cluster, "without_etcd", PACE);
        StalenessCheck reads = StalenessCheck.start(cluster, "without_etcd_reads")) {
      cluster.awaitBalance(ledger.client());
      ledger.awaitProgress(LIMIT);
      cluster.etcd().kill();
      long end = System.nanoTime() + Duration.ofSeconds(10).toNanos();
      Duration slowest = Duration.ZERO;
      do {
        Duration took = ledger.timeUntilAllServe(System.nanoTime(), LIMIT);
        slowest = took.compareTo(slowest) > 0 ? took : slowest;
        reads.awaitProgress(LIMIT);
      } while (System.nanoTime() < end);
      assertThatThrownBy(() -> ledger.client().schema().createTable(table("too_early")))
          .isInstanceOfSatisfying(
              KeelsonException.class,
              it -> assertThat(it.category()).isEqualTo(KeelsonException.Category.UNAVAILABLE));
      cluster.etcd().start().awaitReady();
      cluster.awaitWhole(ledger.client(), 100);
      ledger.client().schema().createTable(table("late_enough"));
      ledger.awaitProgress(LIMIT);
      System.out.printf(
          "without etcd for 10 s: the slowest round over all shards took %d ms; %s%n",
          slowest.toMillis(), reads);
      reads.finish();
      assertEven(ledger);
    }
  }

  private static TableDefinition table(String name) {
    return TableDefinition.named(name).notNull("id", ColumnType.INT64).partitionBy("id").build();
  }

  @Test
  void nothing_acknowledged_is_lost_when_all_data_nodes_are_killed_at_once(LocalCluster cluster) {
    try (Ledger ledger = Ledger.open(cluster, "all_killed", PACE)) {
      ledger.awaitProgress(LIMIT);
      long killedAt = System.nanoTime();
      cluster.nodes().parallelStream().forEach(ServerProcess::kill);
      cluster.nodes().forEach(ServerProcess::start);
      Duration blackout = ledger.timeUntilAllServe(killedAt, LIMIT);
      cluster.nodes().forEach(ServerProcess::awaitReady);
      System.out.printf(
          "all data nodes killed and started: all shards serve again after %d ms%n",
          blackout.toMillis());
      assertEven(ledger);
    }
  }

  @Test
  void a_leader_that_hung_serves_nothing_stale(LocalCluster cluster) {
    try (Ledger ledger = Ledger.open(cluster, "hung_leader", PACE);
        StalenessCheck reads = StalenessCheck.start(cluster, "hung_leader_reads")) {
      ledger.awaitProgress(LIMIT);
      reads.awaitProgress(LIMIT);
      ServerProcess leader = cluster.node(leaderOf(ledger, reads.shard()));
      long pausedAt = System.nanoTime();
      leader.pause();
      Duration blackout;
      try {
        blackout = ledger.timeUntilAllServe(pausedAt, LIMIT);
        while (System.nanoTime() - pausedAt < Duration.ofSeconds(5).toNanos()) {
          reads.awaitProgress(LIMIT);
        }
      } finally {
        leader.resume();
      }
      cluster.awaitWhole(ledger.client(), 100);
      reads.awaitProgress(LIMIT);
      System.out.printf(
          "a leader hung for 5 s: all shards serve again after %d ms; %s%n",
          blackout.toMillis(), reads);
      reads.finish();
      assertEven(ledger);
    }
  }

  @Test
  void a_node_that_is_told_to_stop_hands_its_leaders_over_first(LocalCluster cluster) {
    try (Ledger ledger = Ledger.open(cluster, "planned_stop", PACE)) {
      cluster.awaitBalance(ledger.client());
      ledger.awaitProgress(LIMIT);
      ServerProcess node = cluster.nodes().getFirst();
      long said = node.logSize();
      var unused = ledger.takeLongestWait();
      node.stop();
      ledger.awaitProgress(LIMIT);
      System.out.printf(
          "a planned stop: the longest wait of any writer was %d ms%n",
          ledger.takeLongestWait().toMillis());
      assertThat(node.logFrom(said))
          .contains("handed over 4 of 4 leaders")
          .doesNotContain("a fault of ours");
      node.start().awaitReady();
      cluster.awaitWhole(ledger.client(), 100);
      assertEven(ledger);
    }
  }

  private static String leaderOf(Ledger ledger, int shard) {
    return ledger.client().describeCluster().shards().stream()
        .filter(it -> it.id() == shard)
        .map(Shard::leader)
        .findFirst()
        .orElseThrow();
  }

  private static void assertEven(Ledger ledger) {
    Ledger.Balance balance = ledger.settle();
    assertThat(balance.isEven()).as(balance.toString()).isTrue();
  }
}
