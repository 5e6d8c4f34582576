package dev.keelson.router.request;

import dev.keelson.core.request.ReadLevel;
import dev.keelson.core.request.SessionTokens;
import dev.keelson.core.shard.ShardId;
import dev.keelson.proto.v1.ReadOptions;
import dev.keelson.router.node.NodeRequest;
import dev.keelson.router.route.ShardCalls;
import dev.keelson.router.route.ShardReply;
import dev.keelson.router.route.Target;

/**
 * What the answer of a read must show, and who may give it.
 *
 * @param options as data nodes are told them; tokens go with each call to a shard, its own only
 * @param anyReplica the nearest replica that can may answer, not the leader only
 * @param seen what the session has seen, and other parts of the same read have shown
 */
public record ReadNeeds(ReadOptions options, boolean anyReplica, SessionTokens seen) {

  /** Of most reads, which ask for nothing in particular. */
  private static final ReadNeeds USUAL =
      new ReadNeeds(ReadOptions.getDefaultInstance(), false, SessionTokens.NONE);

  /**
   * Refuses what makes no sense.
   *
   * @param byQuorum the cluster doesn't trust clocks: a majority is asked where a proof is wanted
   */
  public static ReadNeeds of(ReadOptions asked, boolean byQuorum) {
    if (!byQuorum && asked.getSerializedSize() == 0) {
      return USUAL;
    }
    ReadOptions options =
        asked.toBuilder()
            .clearSeen()
            .setConfirmByQuorum(byQuorum || asked.getConfirmByQuorum())
            .build();
    return new ReadNeeds(options, ReadLevel.of(options).mayFollow(), SessionTokens.of(asked));
  }

  /** The same for what follows an answer of a shard that showed its log up to {@code index}. */
  public ReadNeeds having(ShardId shard, long index) {
    return new ReadNeeds(options, anyReplica, seen.with(shard, index));
  }

  public void send(
      ShardCalls calls, Target target, NodeRequest request, long deadlineNanos, ShardReply reply) {
    if (anyReplica) {
      calls.nearest(target, request, deadlineNanos, reply);
    } else {
      calls.leader(target, request, deadlineNanos, reply);
    }
  }
}
