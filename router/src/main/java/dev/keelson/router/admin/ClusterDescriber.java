package dev.keelson.router.admin;

import dev.keelson.core.shard.NodeId;
import dev.keelson.core.shard.ShardMap;
import dev.keelson.proto.v1.DescribeClusterResponse;
import dev.keelson.router.node.NodeDirectory;
import dev.keelson.router.node.NodeLinks;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;
import java.util.function.Supplier;

/** Describes the cluster as it is now, also while some of its nodes are away. */
public final class ClusterDescriber {
  private static final Duration PATIENCE = Duration.ofSeconds(2);

  private final NodeDirectory directory;
  private final NodeLinks links;
  private final Supplier<ShardMap> map;
  private final IntFunction<String> keyspaceNames;
  private final Drains drains;

  /**
   * @param keyspaceNames by the keyspace's id; empty when there is none
   */
  public ClusterDescriber(
      NodeDirectory directory,
      NodeLinks links,
      Supplier<ShardMap> map,
      IntFunction<String> keyspaceNames,
      Drains drains) {
    this.directory = directory;
    this.links = links;
    this.map = map;
    this.keyspaceNames = keyspaceNames;
    this.drains = drains;
  }

  /** Completes within seconds, whatever the nodes do. */
  public CompletableFuture<DescribeClusterResponse> describe() {
    CompletableFuture<Map<String, String>> drained =
        drains
            .reasons()
            .toCompletableFuture()
            .completeOnTimeout(Map.of(), PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    return new NodeQuestions(links, PATIENCE).ask().thenCombine(drained, this::merge);
  }

  private DescribeClusterResponse merge(
      Map<NodeId, NodeQuestions.NodeAnswer> answers, Map<String, String> drained) {
    ClusterReport report = new ClusterReport(map.get(), links.registered(), answers, drained);
    return DescribeClusterResponse.newBuilder()
        .setClusterId(directory.clusterId())
        .addAllMembers(report.members())
        .addAllShards(report.shards(keyspaceNames))
        .setController(report.controller())
        .build();
  }
}
