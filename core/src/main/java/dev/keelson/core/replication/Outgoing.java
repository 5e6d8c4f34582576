package dev.keelson.core.replication;

import dev.keelson.core.shard.NodeId;
import dev.keelson.proto.internal.v1.PeerMessage;

/** A message to another replica of the shard. */
public record Outgoing(NodeId to, PeerMessage message) {}
