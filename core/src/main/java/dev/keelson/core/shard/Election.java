package dev.keelson.core.shard;

/**
 * Who runs the election of a term (R2). Only this process of this node fences the voters and names
 * the leader.
 *
 * @param boot number of the owner's start, so that a restarted owner isn't taken for itself
 * @param nonce drawn for this compare-and-swap, so that one whose answer was lost can be settled
 *     (R1)
 */
public record Election(NodeId owner, long boot, long nonce) {}
