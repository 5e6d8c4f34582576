package dev.keelson.datanode.peer;

import dev.keelson.core.shard.NodeId;

/** Who this process is to its peers. */
public record LocalNode(String clusterId, NodeId node, long boot) {}
