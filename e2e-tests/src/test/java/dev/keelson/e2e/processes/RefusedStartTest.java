package dev.keelson.e2e.processes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Data nodes that must not start as they are, or not yet, and that say why. */
@Tag("processes")
@ExtendWith(ClusterExtension.class)
class RefusedStartTest {
  private static final Duration LIMIT = Duration.ofSeconds(90);
  private static final int MISCONFIGURED = 2;

  @Test
  void a_directory_of_another_cluster_or_node_is_refused(LocalCluster cluster) {
    ServerProcess original =
        cluster.newNode("x1", Map.of("KEELSON_CLUSTER", "other")).start().awaitStart();
    original.kill();
    Map<String, String> sameDisk =
        Map.of("KEELSON_DATA_DIRECTORY", original.directory().toString());

    refused(cluster.newNode("x1", sameDisk), "belongs to cluster other-", "give the node an empty");
    refused(cluster.newNode("x2", sameDisk), "belongs to node x1, this is node x2");
  }

  @Test
  void a_second_process_on_a_directory_is_refused_and_the_first_goes_on(LocalCluster cluster) {
    ServerProcess first = cluster.node("n1");
    refused(
        cluster.newNode("n1", Map.of("KEELSON_DATA_DIRECTORY", first.directory().toString())),
        "another process uses the data directory");
    assertThat(first.probe("/ready")).isEqualTo(200);
    cluster.awaitWhole();
  }

  @Test
  void a_slip_in_the_settings_is_refused_with_all_that_is_wrong(LocalCluster cluster) {
    refused(
        cluster.newNode("x3", Map.of("KEELSON_NET_EVENT_LOPS", "2", "KEELSON_LIMITS_COLUMNS", "x")),
        "KEELSON_NET_EVENT_LOPS",
        "KEELSON_LIMITS_COLUMNS");
  }

  private static void refused(ServerProcess node, String... sentences) {
    int exitCode = node.start().awaitEnd(LIMIT);
    assertThat(node.logFrom(0)).contains(sentences);
    assertThat(exitCode).as("exit code; %s", node.tail()).isEqualTo(MISCONFIGURED);
  }

  @Test
  void a_full_disk_is_named_at_start(LocalCluster cluster) throws IOException {
    Path mount = Files.createTempDirectory("keelson-full-");
    boolean mounted =
        Tools.run(List.of("mount", "-t", "tmpfs", "-o", "size=16m", "none", mount.toString()))
                .exitCode()
            == 0;
    if (!mounted) {
      System.out.println("LEFT OUT: a full disk at start: a small file system can't be mounted");
      Files.delete(mount);
    }
    assumeTrue(mounted, "a small file system can't be mounted: it needs root");
    try {
      Path directory = Files.createDirectory(mount.resolve("data"));
      ServerProcess node =
          cluster.newNode(
              "x4",
              Map.of("KEELSON_CLUSTER", "full", "KEELSON_DATA_DIRECTORY", directory.toString()));
      int exitCode = node.start().awaitEnd(LIMIT);
      assertThat(node.logFrom(0)).contains(directory.toString(), "free", "MiB");
      assertThat(exitCode).as("exit code; %s", node.tail()).isEqualTo(1);
    } finally {
      assertThat(Tools.run(List.of("umount", mount.toString())).exitCode()).isZero();
      Files.delete(mount);
    }
  }

  @Test
  void a_node_waits_for_an_etcd_that_is_away_and_says_so() {
    try (LocalCluster late = LocalCluster.prepared("late")) {
      ServerProcess node = late.node("n1").start();
      node.awaitLog(0, "waiting for etcd before node n1 can start", LIMIT);
      assertThat(node.isAlive()).isTrue();
      assertThat(node.probe("/live")).isEqualTo(200);
      assertThat(node.probe("/ready")).isEqualTo(503);

      late.etcd().start().awaitReady();
      node.awaitStart();
    }
  }
}
