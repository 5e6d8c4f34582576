package dev.keelson.router.route;

import dev.keelson.core.error.DatabaseException;
import dev.keelson.core.error.ErrorCode;
import dev.keelson.core.shard.NodeId;
import dev.keelson.core.shard.ShardConfig;
import org.jspecify.annotations.Nullable;

/** Why a request is not served yet; becomes words for its caller only if it never is. */
enum Reason {
  NO_ANSWER(ErrorCode.DEADLINE_EXCEEDED, "%2$s, which serves %1$s, didn't answer by the deadline"),
  CANCELLED(ErrorCode.CANCELLED, "The caller of a request to %1$s is no longer there"),
  NO_SHARD(ErrorCode.NO_LEADER, "The shards of the keyspace are not placed yet"),
  NO_LEADER(ErrorCode.NO_LEADER, "Nobody leads %1$s now"),
  NO_REPLICA(ErrorCode.NODE_UNREACHABLE, "No replica of %1$s answers"),
  UNREACHABLE(ErrorCode.NODE_UNREACHABLE, "Data node %2$s, which leads %1$s, can't be reached"),
  BROKEN(ErrorCode.NODE_UNREACHABLE, "The stream to data node %2$s, which led %1$s, broke"),
  FULL(ErrorCode.OVERLOADED, "Too many requests wait for data node %2$s, which serves %1$s"),
  TOO_STALE(
      ErrorCode.TOO_STALE, "No replica of %1$s, %2$s last, could show that it is fresh enough"),
  REFUSED(ErrorCode.NO_LEADER, "Data node %2$s doesn't lead %1$s, and nobody else does yet");

  private final ErrorCode code;
  private final String sentence;

  Reason(ErrorCode code, String sentence) {
    this.code = code;
    this.sentence = sentence;
  }

  ErrorCode code() {
    return code;
  }

  DatabaseException about(@Nullable ShardConfig shard, @Nullable NodeId node) {
    String where = shard == null ? "the shard" : shard.id().toString();
    return code.because(sentence.formatted(where, node == null ? "the node" : node.name()));
  }
}
