package dev.keelson.datanode.shard;

import dev.keelson.core.error.DatabaseException;
import dev.keelson.core.shard.NodeId;
import dev.keelson.proto.internal.v1.CommandResult;
import dev.keelson.proto.internal.v1.NodeAnswer;
import dev.keelson.proto.internal.v1.NodeError;
import dev.keelson.proto.v1.Proof;
import java.util.Optional;

/** The answers of a loop to a router. */
final class NodeAnswers {
  private NodeAnswers() {}

  static NodeAnswer written(long call, long term, CommandResult result) {
    return NodeAnswer.newBuilder()
        .setId(call)
        .setTerm(term)
        .setProof(Proof.COMMITTED)
        .setWritten(result)
        .build();
  }

  static NodeAnswer failed(long call, DatabaseException why) {
    return failed(call, why, Optional.empty(), 0);
  }

  static NodeAnswer failed(
      long call, DatabaseException why, Optional<NodeId> leader, long leaderTerm) {
    return NodeAnswer.newBuilder()
        .setId(call)
        .setError(
            NodeError.newBuilder()
                .setError(why.toProto())
                .setLeader(leader.map(NodeId::name).orElse(""))
                .setLeaderTerm(leaderTerm))
        .build();
  }
}
