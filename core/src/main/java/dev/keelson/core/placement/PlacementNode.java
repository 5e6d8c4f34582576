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
    /** About to stop, or gone a moment ago: gets nothing new, and nothing moves because of it. */
    BRIEFLY_GONE,
    GONE
  }

  boolean isRegistered() {
    return presence == Presence.REGISTERED;
  }

  boolean isBrieflyGone() {
    return presence == Presence.BRIEFLY_GONE;
  }

  ReplicaId replica() {
    return new ReplicaId(node, storage);
  }
}
