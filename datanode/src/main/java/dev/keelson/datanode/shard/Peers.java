package dev.keelson.datanode.shard;

import dev.keelson.core.shard.NodeId;
import dev.keelson.proto.internal.v1.PeerMessage;

/** The way to the other data nodes. Called by one loop's thread only. */
public interface Peers {
  /** Adds to the peer's next frame; dropped when the peer is away or its queue is full. */
  void send(NodeId to, PeerMessage message);

  /** Sends what was gathered, one frame per peer. */
  void flush();
}
