package dev.keelson.core.placement;

import dev.keelson.core.shard.NodeId;
import dev.keelson.core.shard.ReplicaId;

/**
 * A data node that may hold replicas.
 *
 * @param storage the storage that it has now; replicas on another one are lost (R13)
 */
public record PlacementNode(NodeId node, String zone, String storage, Presence presence) {
  /** Whether a node is there. */
  public enum Presence {
    REGISTERED,
    /** Gets nothing new, but is gone for so short a time that nothing moves because of it. */
    BRIEFLY_GONE,
    GONE
  }

  boolean isRegistered() {
    return presence == Presence.REGISTERED;
  }

  boolean mayLead() {
    return presence != Presence.GONE;
  }

  ReplicaId replica() {
    return new ReplicaId(node, storage);
  }
}
