package dev.keelson.core.placement;

import dev.keelson.core.shard.NodeId;
import dev.keelson.core.shard.ReplicaId;

/**
 * A data node that may hold replicas.
 *
 * @param storage the storage that it has now; replicas on another one are lost (R13)
 * @param present registered, or gone for so short a time that nothing should move because of it
 */
public record PlacementNode(NodeId node, String zone, String storage, boolean present) {
  ReplicaId replica() {
    return new ReplicaId(node, storage);
  }
}
