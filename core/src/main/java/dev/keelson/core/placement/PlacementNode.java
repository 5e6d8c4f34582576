package dev.keelson.core.placement;

import dev.keelson.core.shard.NodeId;
import dev.keelson.core.shard.ReplicaId;

/**
 * A data node that may hold replicas.
 *
 * @param zone empty while it is not known
 * @param storage the disk that it has now; replicas on another one are lost (R13)
 * @param drained whether everything is to move away from it
 * @param ailing whether its disk is full or slow, so that others had better lead
 */
public record PlacementNode(
    NodeId node, String zone, String storage, Presence presence, boolean drained, boolean ailing) {
  /** Whether a node is there. */
  public enum Presence {
    REGISTERED,
    /** About to stop, or gone a moment ago: gets nothing new, and nothing moves because of it. */
    BRIEFLY_GONE,
    /** Gone long enough that others should lead; its replicas wait for it. */
    GONE,
    /** Gone so long that its replicas are made anew elsewhere. */
    LOST
  }

  public PlacementNode(NodeId node, String zone, String storage, Presence presence) {
    this(node, zone, storage, presence, false, false);
  }

  boolean isRegistered() {
    return presence == Presence.REGISTERED;
  }

  boolean isBrieflyGone() {
    return presence == Presence.BRIEFLY_GONE;
  }

  boolean isLost() {
    return presence == Presence.LOST;
  }

  /** Whether it may get replicas that it does not have. */
  boolean takesReplicas() {
    return isRegistered() && !drained && !ailing;
  }

  /** Whether it should lead when others can. */
  boolean isFitToLead() {
    return !drained && !ailing;
  }

  ReplicaId replica() {
    return new ReplicaId(node, storage);
  }

  boolean has(ReplicaId replica) {
    return replica.liesOn(node, storage);
  }
}
