package dev.keelson.router.request;

import dev.keelson.core.error.DatabaseException;
import dev.keelson.core.error.ErrorCode;
import dev.keelson.core.shard.NodeId;
import dev.keelson.core.shard.ShardId;
import dev.keelson.proto.internal.v1.NodeAnswer;
import dev.keelson.proto.v1.Served;

/** Who answered, as answers to clients say it. */
public final class ServedBy {
  private ServedBy() {}

  public static Served of(NodeAnswer answer, NodeId node, ShardId shard) {
    Served.Builder served =
        Served.newBuilder()
            .setNode(node.name())
            .setShard(shard.number())
            .setTerm(answer.getTerm())
            .setProof(answer.getProof())
            .setIndex(answer.getIndex());
    if (answer.hasAgeMillis()) {
      served.setAgeMillis(answer.getAgeMillis());
    }
    return served.build();
  }

  /** An answer that is none to what was asked. */
  public static DatabaseException confused(NodeId node, String question, NodeAnswer answer) {
    return ErrorCode.INTERNAL.because(
        "Data node %s answered %s with %s".formatted(node, question, answer.getBodyCase()));
  }
}
