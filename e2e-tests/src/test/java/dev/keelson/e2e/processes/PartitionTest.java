package dev.keelson.e2e.processes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keelson.client.ClusterDescription.Shard;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Networks that drop what is sent: each server is a host of its own, in network namespaces that
 * only live as long as this test. Needs root.
 */
@Tag("processes")
@Tag("root")
class PartitionTest {
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final Duration PACE = Duration.ofMillis(10);
  private static final Duration CUT = Duration.ofSeconds(4);

  private static Network network;
  private static LocalCluster cluster;

  @BeforeAll
  static void makeHosts() {
    network = Network.create();
    cluster = LocalCluster.started("partitions", network);
  }

  @AfterAll
  static void removeHosts() {
    if (cluster != null) {
      cluster.close();
    }
    network.close();
  }

  @BeforeEach
  void heal() {
    network.heal();
    cluster.awaitWhole();
  }

  @Test
  void a_leader_that_is_cut_off_from_everybody_is_followed_by_another() throws IOException {
    partition("cut_off", leader -> others(leader).forEach(it -> network.cut(leader, it)), true);
  }

  @Test
  void a_leader_that_reaches_etcd_and_routers_but_no_follower_steps_down() throws IOException {
    partition(
        "no_followers", leader -> followers(leader).forEach(it -> network.cut(leader, it)), true);
  }

  @Test
  void a_leader_that_is_no_longer_heard_by_followers_is_followed_by_another() throws IOException {
    partition("mute", leader -> followers(leader).forEach(it -> network.drop(leader, it)), true);
  }

  @Test
  void a_leader_that_no_longer_hears_its_followers_is_followed_by_another() throws IOException {
    partition("deaf", leader -> followers(leader).forEach(it -> network.drop(it, leader)), true);
  }

  @Test
  void a_leader_without_etcd_goes_on() throws IOException {
    partition("no_etcd", leader -> network.cut(leader, "etcd"), false);
  }

  private interface Cuts {
    void make(String leader);
  }

  /** Writers on all shards and clients of registers, while the network of one leader is cut. */
  private static void partition(String name, Cuts cuts, boolean leaderChanges) throws IOException {
    try (Ledger ledger = Ledger.open(cluster, name, PACE);
        RegisterClients clients = RegisterClients.start(cluster, name + "_registers", 4, 4)) {
      cluster.awaitBalance(ledger.client());
      ledger.awaitProgress(LIMIT);
      Shard shard = ledger.client().describeCluster().shards().getFirst();
      long cutAt = System.nanoTime();
      cuts.make(shard.leader());
      Duration blackout = ledger.timeUntilAllServe(cutAt, LIMIT);
      while (System.nanoTime() - cutAt < CUT.toNanos()) {
        ledger.awaitProgress(LIMIT);
      }
      String after = leaderOf(ledger, shard.id());
      network.heal();
      cluster.awaitWhole(ledger.client(), 100);
      clients.awaitProgress(LIMIT);
      System.out.printf(
          "partition %s: all shards serve again after %d ms; led by %s, then by %s%n",
          name, blackout.toMillis(), shard.leader(), after);
      assertThat(after.equals(shard.leader())).as("led by %s", after).isEqualTo(!leaderChanges);
      HistoryTest.judge(clients.finish(), "partition-" + name);
      Ledger.Balance balance = ledger.settle();
      assertThat(balance.isEven()).as(balance.toString()).isTrue();
    }
  }

  private static String leaderOf(Ledger ledger, int shard) {
    return ledger.client().describeCluster().shards().stream()
        .filter(it -> it.id() == shard)
        .map(Shard::leader)
        .findFirst()
        .orElseThrow();
  }

  private static List<String> followers(String leader) {
    return cluster.nodes().stream()
        .map(ServerProcess::name)
        .filter(it -> !it.equals(leader))
        .toList();
  }

  private static List<String> others(String host) {
    return Stream.concat(Stream.of("etcd"), cluster.servers().stream().map(ServerProcess::name))
        .filter(it -> !it.equals(host))
        .toList();
  }
}
