package dev.keelson.datanode.peer;

import dev.keelson.core.shard.NodeId;

/**
 * Who this process is to its peers.
 *
 * @param disk the storage that all its replicas lie on
 */
public record LocalNode(String clusterId, NodeId node, long boot, String disk) {}
