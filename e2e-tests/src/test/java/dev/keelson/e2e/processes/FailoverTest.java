package dev.keelson.e2e.processes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keelson.client.ClusterDescription;
import dev.keelson.client.ClusterDescription.Shard;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * How long a cluster can't serve after {@code kill -9}, as a client sees it, and that nothing
 * acknowledged is lost.
 *
 * <p>{@code -Dkeelson.failover.rounds=50} is the long form; {@code -Dkeelson.failover.goal=PT1.5S}
 * is what the median is held against.
 */
@Tag("processes")
@ExtendWith(ClusterExtension.class)
class FailoverTest {
  private static final int ROUNDS = Integer.getInteger("keelson.failover.rounds", 5);
  private static final Duration GOAL =
      Duration.parse(System.getProperty("keelson.failover.goal", "PT3S"));
  private static final Duration LIMIT = Duration.ofSeconds(60);

  private final SplittableRandom random = new SplittableRandom();

  @Test
  void a_killed_leader_is_followed_by_another_and_nothing_acknowledged_is_lost(
      LocalCluster cluster) {
    try (Ledger ledger = Ledger.open(cluster, "failover", Duration.ofMillis(20))) {
      List<Duration> blackouts = new ArrayList<>();
      for (int round = 1; round <= ROUNDS; round++) {
        ledger.awaitProgress(LIMIT);
        Duration blackout = killALeader(cluster, ledger, round);
        blackouts.add(blackout);
      }
      Ledger.Balance balance = ledger.settle();
      report(blackouts);
      assertThat(balance.isEven()).as(balance.toString()).isTrue();
      assertThat(percentile(blackouts, 50)).as("median of %s", blackouts).isLessThan(GOAL);
    }
  }

  private Duration killALeader(LocalCluster cluster, Ledger ledger, int round) {
    ClusterDescription before = ledger.client().describeCluster();
    Shard shard = before.shards().get(random.nextInt(before.shards().size()));
    ServerProcess leader = cluster.node(shard.leader());
    long led = before.shards().stream().filter(it -> it.leader().equals(leader.name())).count();
    long killedAt = System.nanoTime();
    leader.kill();
    Duration blackout = ledger.timeUntilAllServe(killedAt, LIMIT);
    long startedAt = System.nanoTime();
    leader.start().awaitReady();
    cluster.awaitWhole(ledger.client(), 100);
    System.out.printf(
        "failover: round %d of %d: killed %s, which led %d shards: all serve again after %d ms;"
            + " whole again %d ms after its start%n",
        round,
        ROUNDS,
        leader.name(),
        led,
        blackout.toMillis(),
        (System.nanoTime() - startedAt) / 1_000_000);
    return blackout;
  }

  private static void report(List<Duration> blackouts) {
    System.out.printf(
        "failover: %d rounds: blackout p50 %d ms, p90 %d ms, max %d ms%n",
        blackouts.size(),
        percentile(blackouts, 50).toMillis(),
        percentile(blackouts, 90).toMillis(),
        percentile(blackouts, 100).toMillis());
  }

  /** The least value that is not below so many percent of all. */
  private static Duration percentile(List<Duration> values, int percent) {
    List<Duration> sorted = new ArrayList<>(values);
    Collections.sort(sorted);
    int rank = (int) Math.ceil(sorted.size() * percent / 100.0);
    return sorted.get(Math.max(1, rank) - 1);
  }
}
