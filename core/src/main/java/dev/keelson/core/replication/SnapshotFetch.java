package dev.keelson.core.replication;

import dev.keelson.core.shard.NodeId;

/** A snapshot that the log of this replica is to begin behind, and who has it. */
public record SnapshotFetch(NodeId source, Position snapshot) {}
