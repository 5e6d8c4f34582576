package dev.keelson.core.replication;

import dev.keelson.core.shard.NodeId;

/**
 * Entries from {@code fromIndex} on, and the position before them, that are no longer in memory.
 * Answered once, with {@link Input.LogRead} or {@link Input.LogGone}; the follower waits for that.
 */
public record LogReadRequest(NodeId follower, long fromIndex) {}
