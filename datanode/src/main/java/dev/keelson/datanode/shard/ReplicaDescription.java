package dev.keelson.datanode.shard;

import dev.keelson.core.replication.Replica;
import dev.keelson.proto.internal.v1.FollowerLag;
import dev.keelson.proto.internal.v1.ReplicaStatus;

/** How a replica is told of to whoever runs the cluster. */
final class ReplicaDescription {
  private ReplicaDescription() {}

  static ReplicaStatus of(HostedShard shard, long receivingIndex) {
    Replica replica = shard.replica();
    ReplicaStatus.Builder status =
        ReplicaStatus.newBuilder()
            .setShard(shard.id().number())
            .setTerm(replica.state().term())
            .setRole(role(shard, replica))
            .setLastIndex(replica.head().index())
            .setCommitIndex(replica.commitIndex())
            .setAppliedIndex(shard.applied())
            .setReceivingIndex(receivingIndex)
            .setElecting(replica.isElecting())
            .setStorageId(replica.state().storage())
            .setLastTerm(replica.head().term())
            .setDoubtful(replica.state().doubtful())
            .setBaseIndex(replica.durableBase().index())
            .setLogBytes(shard.state().meter().sinceBase())
            .setRows(shard.isStopped() ? 0 : shard.state().rows().rowCount());
    replica
        .followers()
        .forEach(
            it ->
                status.addFollowers(
                    FollowerLag.newBuilder()
                        .setNode(it.node().name())
                        .setMatchIndex(it.matchIndex())));
    return status.build();
  }

  private static String role(HostedShard shard, Replica replica) {
    if (shard.isStopped()) {
      return "STOPPED";
    }
    if (replica.state().suspended()) {
      return "SUSPENDED";
    }
    if (replica.leadingTerm() > 0) {
      return replica.isServing() ? "LEADER" : "ACTIVATING";
    }
    if (replica.isLearner()) {
      return "LEARNER";
    }
    return "FOLLOWER";
  }
}
