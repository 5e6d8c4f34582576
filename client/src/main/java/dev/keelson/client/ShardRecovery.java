package dev.keelson.client;

import java.util.List;

/**
 * A shard that has lost its majority, and how it goes on, or would.
 *
 * @param refused why nothing is to be done, or can be; empty otherwise
 * @param survivor the node whose replica has the best log of those that are left
 * @param lastIndex of that log, and {@code lastTerm} its term
 * @param commitIndex up to where that replica knows its log to be committed
 * @param left nodes with replicas that can be used
 * @param lost nodes whose replicas are given up; what only they had acknowledged is gone
 * @param done whether it was done just now
 */
public record ShardRecovery(
    int shard,
    String refused,
    String survivor,
    long lastTerm,
    long lastIndex,
    long commitIndex,
    List<String> left,
    List<String> lost,
    boolean done) {
  public ShardRecovery {
    left = List.copyOf(left);
    lost = List.copyOf(lost);
  }

  static ShardRecovery fromProto(dev.keelson.proto.v1.ShardRecovery proto) {
    return new ShardRecovery(
        proto.getShard(),
        proto.getRefused(),
        proto.getSurvivor(),
        proto.getLastTerm(),
        proto.getLastIndex(),
        proto.getCommitIndex(),
        proto.getLeftList(),
        proto.getLostList(),
        proto.getDone());
  }
}
