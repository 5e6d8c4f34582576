package dev.keelson.datanode.peer;

import dev.keelson.core.shard.NodeId;

/** What this node knows of etcd, and what it learns of it from peers (R14). */
public interface EtcdWitness {
  /** What was seen of etcd at the greatest revision. */
  Seen seen();

  /** A peer has seen this; called on the loop of the links. */
  void peerSaw(NodeId peer, Seen seen);

  /**
   * @param storeId 0 while etcd was never reached
   */
  record Seen(long storeId, long revision) {
    static final Seen NOTHING = new Seen(0, 0);
  }
}
