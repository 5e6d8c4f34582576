package dev.keelson.router.admin;

import dev.keelson.core.shard.NodeId;
import dev.keelson.core.shard.ReplicaId;
import dev.keelson.core.shard.ShardConfig;
import dev.keelson.proto.internal.v1.DescribeNodeResponse;
import dev.keelson.proto.internal.v1.FollowerLag;
import dev.keelson.proto.internal.v1.ReplicaStatus;
import dev.keelson.proto.v1.ReplicaRole;
import dev.keelson.proto.v1.Shard;
import dev.keelson.proto.v1.ShardReplica;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One shard: its configuration and what its replicas say. */
final class ShardReport {
  private final ShardConfig shard;
  private final List<ReplicaId> replicas;
  private final Map<NodeId, ReplicaStatus> statuses = new HashMap<>();

  ShardReport(
      ShardConfig shard, List<ReplicaId> replicas, Map<NodeId, DescribeNodeResponse> described) {
    this.shard = shard;
    this.replicas = replicas;
    described.forEach(
        (node, description) ->
            description.getReplicasList().stream()
                .filter(status -> status.getShard() == shard.id().number())
                .forEach(status -> statuses.put(node, status)));
  }

  static boolean leads(ReplicaStatus status) {
    return status.getRole().toLowerCase(Locale.ROOT).equals("leader");
  }

  Shard toShard(String keyspace) {
    ReplicaStatus leader = leader();
    Shard.Builder report =
        Shard.newBuilder()
            .setId(shard.id().number())
            .setKeyspace(keyspace)
            .setRangeStart(shard.range().start())
            .setRangeEnd(shard.range().end())
            .setTerm(shard.term())
            .setLeader(shard.leader().map(NodeId::name).orElse(""))
            .setRows(rows(leader));
    shard
        .wanted()
        .ifPresent(
            it -> {
              it.voters().forEach(voter -> report.addWanted(voter.node().name()));
              report.setReason(it.reason());
            });
    report.setMoving(!shard.isAsWanted());
    replicas.forEach(replica -> report.addReplicas(replica(replica, leader)));
    return report.build();
  }

  /** What the named leader says, if it says that it leads. */
  private @Nullable ReplicaStatus leader() {
    return shard.leader().map(statuses::get).filter(ShardReport::leads).orElse(null);
  }

  private long rows(@Nullable ReplicaStatus leader) {
    return leader != null
        ? leader.getRows()
        : statuses.values().stream().mapToLong(ReplicaStatus::getRows).max().orElse(0);
  }

  private ShardReplica replica(ReplicaId replica, @Nullable ReplicaStatus leader) {
    ReplicaStatus status = statuses.get(replica.node());
    ShardReplica.Builder report =
        ShardReplica.newBuilder()
            .setNode(replica.node().name())
            .setRole(role(replica, status))
            .setReachable(status != null)
            .setLagEntries(lag(replica, leader));
    if (status != null) {
      report
          .setLastIndex(status.getLastIndex())
          .setCommitIndex(status.getCommitIndex())
          .setAppliedIndex(status.getAppliedIndex());
    }
    return report.build();
  }

  private ReplicaRole role(ReplicaId replica, @Nullable ReplicaStatus status) {
    if (status != null && status.getRole().toLowerCase(Locale.ROOT).equals("suspended")) {
      return ReplicaRole.SUSPENDED;
    }
    if (!shard.isVoter(replica)) {
      return ReplicaRole.LEARNER;
    }
    boolean leader =
        status != null ? leads(status) : shard.leader().map(replica.node()::equals).orElse(false);
    return leader ? ReplicaRole.LEADER : ReplicaRole.FOLLOWER_ROLE;
  }

  private static long lag(ReplicaId replica, @Nullable ReplicaStatus leader) {
    if (leader == null) {
      return 0;
    }
    return leader.getFollowersList().stream()
        .filter(follower -> follower.getNode().equals(replica.node().name()))
        .mapToLong(FollowerLag::getMatchIndex)
        .map(match -> Math.max(0, leader.getLastIndex() - match))
        .findFirst()
        .orElse(0);
  }
}
