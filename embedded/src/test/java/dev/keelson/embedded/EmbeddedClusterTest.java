package dev.keelson.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.keelson.client.ClusterDescription;
import dev.keelson.client.ClusterDescription.Member;
import dev.keelson.client.ClusterDescription.Shard;
import dev.keelson.client.KeelsonClient;
import dev.keelson.client.Row;
import dev.keelson.client.Table;
import dev.keelson.client.TableDefinition;
import dev.keelson.runtime.config.Address;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("long")
final class EmbeddedClusterTest {
  private static final Duration READY = Duration.ofSeconds(40);

  @TempDir private Path directory;

  @Test
  void acknowledged_rows_outlive_the_loss_of_a_leader_and_a_restart_of_everything()
      throws Exception {
    try (EmbeddedCluster cluster = EmbeddedCluster.start(EmbeddedConfig.in(directory));
        KeelsonClient client = KeelsonClient.connect(cluster.address())) {
      cluster.awaitReady(READY);
      client
          .schema()
          .createTable(
              TableDefinition.parse("places (code STRING, name STRING, PRIMARY KEY ((code)))"));
      Table places = client.table("places");
      for (int i = 0; i < 50; i++) {
        places.put(Row.of("code", "c" + i).with("name", "before"));
      }

      cluster.stopNode(aLeader(client.describeCluster()));
      for (int i = 0; i < 50; i++) {
        assertThat(places.get(Row.of("code", "c" + i))).isPresent();
        places.put(Row.of("code", "d" + i).with("name", "after"));
      }
      assertThat(cluster.runningNodes()).hasSize(2);
    }

    try (EmbeddedCluster cluster = EmbeddedCluster.start(EmbeddedConfig.in(directory));
        KeelsonClient client = KeelsonClient.connect(cluster.address())) {
      cluster.awaitReady(READY);
      Table places = client.table("places");
      for (int i = 0; i < 50; i++) {
        assertThat(places.get(Row.of("code", "c" + i))).isPresent();
        assertThat(places.get(Row.of("code", "d" + i))).isPresent();
      }
    }
  }

  @Test
  void rows_of_a_dropped_table_go_and_those_of_its_namesake_stay() throws Exception {
    try (EmbeddedCluster cluster = EmbeddedCluster.start(EmbeddedConfig.in(directory));
        KeelsonClient client = KeelsonClient.connect(cluster.address())) {
      cluster.awaitReady(READY);
      client.schema().createTable(TableDefinition.parse("kept (k INT64 PRIMARY KEY)"));
      client.schema().createTable(TableDefinition.parse("gone (k INT64 PRIMARY KEY)"));
      for (long i = 0; i < 300; i++) {
        client.table("gone").put(Row.of("k", i));
      }
      client.table("kept").put(Row.of("k", 1L));

      client.schema().dropTable("main", "gone");
      client.schema().createTable(TableDefinition.parse("gone (k INT64 PRIMARY KEY)"));
      client.table("gone").put(Row.of("k", 7L));

      // Two rows on three replicas each.
      awaitRows(client, 6);
      assertThat(client.table("kept").get(Row.of("k", 1L))).isPresent();
      assertThat(client.table("gone").get(Row.of("k", 7L))).isPresent();
      assertThat(client.table("gone").get(Row.of("k", 8L))).isEmpty();
    }
  }

  private static void awaitRows(KeelsonClient client, long rows) {
    await()
        .atMost(READY)
        .untilAsserted(
            () ->
                assertThat(
                        client.describeCluster().members().stream().mapToLong(Member::rows).sum())
                    .isEqualTo(rows));
  }

  private static String aLeader(ClusterDescription cluster) {
    Optional<Shard> led =
        cluster.shards().stream().filter(it -> !it.leader().isEmpty()).findFirst();
    return led.orElseThrow().leader();
  }

  @Test
  void a_ready_cluster_has_a_leader_that_serves_for_each_shard() throws Exception {
    EmbeddedConfig one = EmbeddedConfig.in(directory).withNodes(1, 1);
    try (EmbeddedCluster cluster = EmbeddedCluster.start(one);
        KeelsonClient client = KeelsonClient.connect(cluster.address())) {
      cluster.awaitReady(READY);

      assertThat(client.describeCluster().shards())
          .hasSize(12)
          .allMatch(shard -> shard.leader().equals("n1"));
    }
  }

  @Test
  void an_address_in_use_is_refused_with_a_sentence() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      EmbeddedConfig config =
          EmbeddedConfig.in(directory)
              .withNodes(1, 1)
              .withListen(new Address("127.0.0.1", taken.getLocalPort()));
      for (int i = 0; i < 2; i++) {
        assertThatThrownBy(() -> EmbeddedCluster.start(config).close())
            .isInstanceOf(IOException.class)
            .hasMessageContaining("can't listen on 127.0.0.1:" + taken.getLocalPort());
      }
    }
  }

  @Test
  void one_node_is_a_cluster_too() throws Exception {
    EmbeddedConfig one = EmbeddedConfig.in(directory).withNodes(1, 1);
    try (EmbeddedCluster cluster = EmbeddedCluster.start(one);
        KeelsonClient client = KeelsonClient.connect(cluster.address())) {
      cluster.awaitReady(READY);

      assertThat(client.describeCluster().members()).hasSize(1);
    }
  }

  @Test
  void a_directory_in_use_or_of_another_size_is_refused() throws Exception {
    EmbeddedConfig one = EmbeddedConfig.in(directory).withNodes(1, 1);
    try (EmbeddedCluster cluster = EmbeddedCluster.start(one)) {
      assertThat(cluster.nodes()).containsExactly("n1");
      assertThatThrownBy(() -> EmbeddedCluster.start(one).close())
          .isInstanceOf(IOException.class)
          .hasMessageContaining("is used by another process");
    }

    assertThatThrownBy(() -> EmbeddedCluster.start(EmbeddedConfig.in(directory)).close())
        .hasMessageContaining("holds a cluster of 1 nodes, not of 3");
  }

  @Test
  void nodes_are_started_and_stopped_by_name() throws Exception {
    try (EmbeddedCluster cluster =
        EmbeddedCluster.start(EmbeddedConfig.in(directory).withNodes(1, 1))) {
      assertThatThrownBy(() -> cluster.startNode("n1")).hasMessageContaining("runs already");
      assertThatThrownBy(() -> cluster.stopNode("n9")).hasMessageContaining("there is no node n9");
      cluster.stopNode("n1");
      assertThatThrownBy(() -> cluster.stopNode("n1")).hasMessageContaining("does not run");
      cluster.startNode("n1");
      cluster.awaitReady(READY);
    }
  }
}
