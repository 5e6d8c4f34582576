package dev.keelson.router.route;

import dev.keelson.core.error.DatabaseException;
import dev.keelson.core.shard.NodeId;
import dev.keelson.core.shard.ShardId;
import dev.keelson.proto.internal.v1.NodeAnswer;

/** Learns how a request to a shard ended; exactly one method is called, on an event loop. */
public interface ShardReply {

  /**
   * A replica answered, without an error.
   *
   * @param uncertainBefore a try before this one may have been applied, unseen; matters for writes
   *     whose outcome says "never applied" of this try only
   */
  void answered(NodeAnswer answer, NodeId node, ShardId shard, boolean uncertainBefore);

  void failed(DatabaseException why);

  /** Whether nobody waits for the outcome any more; then it is not sent again. */
  default boolean abandoned() {
    return false;
  }
}
