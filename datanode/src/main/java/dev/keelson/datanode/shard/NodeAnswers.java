package dev.keelson.datanode.shard;

import dev.keelson.core.error.DatabaseException;
import dev.keelson.core.error.ErrorCode;
import dev.keelson.core.replication.Replica;
import dev.keelson.core.shard.NodeId;
import dev.keelson.proto.internal.v1.CommandResult;
import dev.keelson.proto.internal.v1.NodeAnswer;
import dev.keelson.proto.internal.v1.NodeError;
import dev.keelson.proto.v1.Proof;
import java.util.Optional;

/** The answers of a loop to a router. */
final class NodeAnswers {
  private NodeAnswers() {}

  static NodeAnswer written(long call, long term, long index, CommandResult result) {
    return NodeAnswer.newBuilder()
        .setId(call)
        .setTerm(term)
        .setIndex(index)
        .setProof(Proof.COMMITTED)
        .setWritten(result)
        .build();
  }

  /** The replica doesn't lead, or not yet; says who does as far as it knows. */
  static NodeAnswer notServing(long call, Replica replica) {
    Optional<NodeId> leader = replica.leaderHint().filter(it -> !it.equals(replica.self()));
    ErrorCode code = leader.isPresent() ? ErrorCode.NOT_LEADER : ErrorCode.NO_LEADER;
    return failed(
        call,
        code.because(replica.shard() + " is not led here now"),
        leader,
        replica.state().term());
  }

  static NodeAnswer gone(long call, Replica replica) {
    return failed(call, ErrorCode.NO_LEADER.because(replica.shard() + " is no longer served here"));
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
