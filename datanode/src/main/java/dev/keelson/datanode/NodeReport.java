package dev.keelson.datanode;

import dev.keelson.core.shard.ShardId;
import dev.keelson.datanode.controller.Controller;
import dev.keelson.datanode.journal.Journal;
import dev.keelson.datanode.membership.NodeIdentity;
import dev.keelson.datanode.rpc.NodeDescription;
import dev.keelson.datanode.shard.ShardLoop;
import dev.keelson.proto.internal.v1.DescribeNodeResponse;
import dev.keelson.proto.internal.v1.ReplicaStatus;
import dev.keelson.runtime.lifecycle.BuildInfo;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;

/** How this node is, for the admin service. Blocks for as long as the loop takes to turn. */
final class NodeReport implements NodeDescription {
  private static final Duration LIMIT = Duration.ofSeconds(3);

  private final NodeIdentity identity;
  private final DiskSpace disk;
  private final ShardLoop loop;
  private final Journal journal;
  private final ShardHost host;
  private final NodeState state;
  private final Controller controller;

  NodeReport(
      NodeIdentity identity,
      DiskSpace disk,
      ShardLoop loop,
      Journal journal,
      ShardHost host,
      NodeState state,
      Controller controller) {
    this.identity = identity;
    this.disk = disk;
    this.loop = loop;
    this.journal = journal;
    this.host = host;
    this.state = state;
    this.controller = controller;
  }

  @Override
  public DescribeNodeResponse describe()
      throws InterruptedException, ExecutionException, TimeoutException, IOException {
    return DescribeNodeResponse.newBuilder()
        .setNode(identity.node().name())
        .setBoot(identity.boot())
        .addAllReplicas(replicas())
        .setDiskUsedBytes(disk.usedBytes())
        .setDiskFreeBytes(disk.freeBytes())
        .setDegradedReason(String.join("; ", complaints()))
        .setVersion(BuildInfo.version())
        .setController(controller.isElected())
        .build();
  }

  List<String> complaints() {
    return state.complaints(journal.full(), host.lostReplicas());
  }

  /** The shards that this node leads and serves. */
  Set<ShardId> led() throws InterruptedException, ExecutionException, TimeoutException {
    return replicas().stream()
        .filter(it -> it.getRole().equals("LEADER"))
        .map(it -> new ShardId(it.getShard()))
        .collect(Collectors.toSet());
  }

  /** The shards that would have to wait if this node ended now: those it leads, or elects for. */
  Set<ShardId> engaged() throws InterruptedException, ExecutionException, TimeoutException {
    return replicas().stream()
        .filter(it -> it.getRole().equals("LEADER") || it.getElecting())
        .map(it -> new ShardId(it.getShard()))
        .collect(Collectors.toSet());
  }

  List<ReplicaStatus> replicas() throws InterruptedException, ExecutionException, TimeoutException {
    CompletableFuture<List<ReplicaStatus>> replicas = new CompletableFuture<>();
    loop.describe(replicas::complete);
    return replicas.get(LIMIT.toNanos(), TimeUnit.NANOSECONDS);
  }
}
