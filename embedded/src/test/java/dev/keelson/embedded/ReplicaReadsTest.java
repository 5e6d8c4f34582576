package dev.keelson.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keelson.client.ColumnType;
import dev.keelson.client.Consistency;
import dev.keelson.client.KeelsonClient;
import dev.keelson.client.Lookup;
import dev.keelson.client.Row;
import dev.keelson.client.Served;
import dev.keelson.client.Session;
import dev.keelson.client.Table;
import dev.keelson.client.TableDefinition;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Reads at replicas, through the real router and data nodes. */
@Tag("long")
final class ReplicaReadsTest {
  private static final Duration READY = Duration.ofSeconds(40);

  /** In many shards. */
  private static final long KEYS = 30;

  @TempDir private Path directory;
  private EmbeddedCluster cluster;
  private KeelsonClient client;
  private Table counters;

  @BeforeEach
  void start() throws Exception {
    cluster = EmbeddedCluster.start(EmbeddedConfig.in(directory));
    client = KeelsonClient.connect(cluster.address());
    cluster.awaitReady(READY);
    client
        .schema()
        .createTable(
            TableDefinition.named("counters")
                .notNull("id", ColumnType.INT64)
                .column("count", ColumnType.INT64)
                .partitionBy("id")
                .build());
    // The nodes share a process: on a busy machine they miss their leaders now and then.
    counters = client.table("counters").withTimeout(READY);
  }

  @AfterEach
  void stop() throws Exception {
    client.close();
    cluster.close();
  }

  @Test
  void a_session_sees_its_own_writes_at_replicas_too() {
    Table stale = counters.reading(Consistency.STALE);
    Table bounded = counters.reading(Consistency.bounded(Duration.ofSeconds(5)));
    Set<Served.Proof> proofs = EnumSet.noneOf(Served.Proof.class);
    for (long count = 1; count <= 300; count++) {
      Row key = key(count % KEYS);
      counters.put(key.with("count", count));
      Lookup found = (count % 3 == 0 ? stale : bounded).lookup(key);
      assertThat(found.row().orElseThrow().longValue("count")).isEqualTo(count);
      proofs.add(found.served().proof());
    }
    assertThat(proofs).contains(Served.Proof.FOLLOWER);
  }

  @Test
  void a_bounded_read_says_how_it_is_known_and_how_old_it_may_be() {
    Duration bound = Duration.ofMillis(500);
    Table bounded = counters.reading(Consistency.bounded(bound)).within(Session.none());
    Set<Served.Proof> proofs = EnumSet.noneOf(Served.Proof.class);
    for (long id = 0; id < KEYS; id++) {
      Served served = bounded.lookup(key(id)).served();

      assertThat(served.maxAge().orElseThrow()).isBetween(Duration.ZERO, bound);
      proofs.add(served.proof());
    }
    // The router reads in its own zone, whose node leads some of the shards and follows the others.
    assertThat(proofs).contains(Served.Proof.FOLLOWER);
  }

  @Test
  void scans_and_counts_are_bounded_too() {
    for (long id = 0; id < KEYS; id++) {
      counters.put(key(id).with("count", id));
    }
    Table bounded = counters.reading(Consistency.bounded(Duration.ofSeconds(1)));

    assertThat(bounded.scanAll().count()).isEqualTo(KEYS);
    assertThat(bounded.scan(key(1)).rows().stream().count()).isEqualTo(1);
    assertThat(bounded.getAll(List.of(key(1), key(2)))).allMatch(it -> it.isPresent());
  }

  private static Row key(long id) {
    return Row.of("id", id);
  }
}
