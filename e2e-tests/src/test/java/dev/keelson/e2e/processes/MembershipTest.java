package dev.keelson.e2e.processes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.keelson.client.ClusterDescription;
import dev.keelson.client.ClusterDescription.Role;
import dev.keelson.client.ClusterDescription.Shard;
import dev.keelson.client.KeelsonClient;
import dev.keelson.client.KeelsonException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Four data nodes of which one is lost, comes with an empty disk, or is drained, under writers. */
@Tag("processes")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class MembershipTest {
  private static final Duration LIMIT = Duration.ofSeconds(120);
  private static final Duration PACE = Duration.ofMillis(10);

  private LocalCluster cluster;
  private ServerProcess fourth;

  @BeforeAll
  void start() {
    cluster =
        LocalCluster.started(
            "membership",
            Map.of(
                "KEELSON_CONTROLLER_PATIENCE", "1s",
                "KEELSON_CONTROLLER_REPLACE_AFTER", "4s",
                "KEELSON_CONTROLLER_PERIOD", "500ms"));
    fourth = cluster.newNode("n4", Map.of("KEELSON_ZONE", "zone-1"));
    fourth.start().awaitReady();
  }

  @AfterAll
  void stop() {
    cluster.close();
  }

  @Test
  void replicas_of_a_node_that_never_returns_are_made_anew() {
    try (Ledger ledger = Ledger.open(cluster, "lost_node", PACE)) {
      awaitSettled(ledger.client(), all -> true);
      ledger.awaitProgress(LIMIT);
      long killedAt = System.nanoTime();
      cluster.node("n1").kill();
      awaitSettled(ledger.client(), all -> all.stream().noneMatch(it -> it.on("n1").isPresent()));
      System.out.printf(
          "a node was lost for good: all its replicas are elsewhere after %d ms%n",
          Duration.ofNanos(System.nanoTime() - killedAt).toMillis());
      assertThat(ledger.client().describeCluster().shards())
          .allSatisfy(it -> assertThat(it.reason()).isNotEmpty());
      // What it had was given away; it comes back with room for others.
      cluster.node("n1").start().awaitReady();
      cluster.awaitWhole(ledger.client(), 100);
      assertEven(ledger);
    }
  }

  @Test
  void a_node_with_an_empty_disk_becomes_a_voter_again() throws IOException {
    try (Ledger ledger = Ledger.open(cluster, "empty_disk", PACE)) {
      awaitSettled(ledger.client(), all -> true);
      ledger.awaitProgress(LIMIT);
      ServerProcess node = cluster.node("n3");
      node.kill();
      delete(node.directory());
      node.start().awaitReady();
      awaitSettled(
          ledger.client(),
          all -> all.stream().allMatch(it -> it.on("n3").filter(r -> votes(r.role())).isPresent()));
      cluster.awaitWhole(ledger.client(), 100);
      assertEven(ledger);
    }
  }

  @Test
  void a_drained_node_is_emptied_while_writes_go_on() {
    try (Ledger ledger = Ledger.open(cluster, "drained", PACE)) {
      awaitSettled(ledger.client(), all -> true);
      ledger.awaitProgress(LIMIT);
      String node = fourth.name();
      long begun = System.nanoTime();
      ledger.client().drainNode("n1", "a test");
      Duration slowest = Duration.ZERO;
      while (isNamed(ledger.client(), "n1")) {
        Duration took = ledger.timeUntilAllServe(System.nanoTime(), LIMIT);
        slowest = took.compareTo(slowest) > 0 ? took : slowest;
        assertThat(System.nanoTime() - begun).isLessThan(LIMIT.toNanos());
      }
      System.out.printf(
          "a drain took %d ms; the slowest round over all shards meanwhile %d ms%n",
          Duration.ofNanos(System.nanoTime() - begun).toMillis(), slowest.toMillis());
      assertThat(ledger.client().describeCluster().shards())
          .anySatisfy(it -> assertThat(it.reason()).isEqualTo("node n1 is being drained"))
          .anySatisfy(it -> assertThat(it.on(node)).isPresent());
      ledger.client().undrainNode("n1");
      assertEven(ledger);
    }
  }

  private static boolean votes(Role role) {
    return role == Role.LEADER || role == Role.FOLLOWER;
  }

  private static boolean isNamed(KeelsonClient client, String node) {
    return client.describeCluster().shards().stream()
        .anyMatch(it -> it.on(node).isPresent() || it.moving());
  }

  /** No shard moves, and whatever else is asked for holds. */
  private static void awaitSettled(KeelsonClient client, Predicate<List<Shard>> more) {
    await("all shards where they are wanted")
        .atMost(LIMIT)
        .pollInterval(Duration.ofMillis(200))
        .until(
            () -> {
              try {
                ClusterDescription now = client.describeCluster();
                return now.shards().stream().noneMatch(Shard::moving) && more.test(now.shards());
              } catch (KeelsonException e) {
                return false;
              }
            });
  }

  private static void delete(Path directory) throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  private static void assertEven(Ledger ledger) {
    Ledger.Balance balance = ledger.settle();
    assertThat(balance.isEven()).as(balance.toString()).isTrue();
  }
}
