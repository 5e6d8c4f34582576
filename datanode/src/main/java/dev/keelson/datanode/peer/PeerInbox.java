package dev.keelson.datanode.peer;

import dev.keelson.core.shard.NodeId;
import dev.keelson.proto.internal.v1.PeerMessage;
import java.util.List;

/**
 * Where messages of other nodes go. All calls come on the loop of the links. For each peer: {@code
 * connected}, then messages in the order they were sent (some may be missing), then {@code lost},
 * then perhaps again.
 */
public interface PeerInbox {
  /**
   * @param disk the storage that the peer's replicas lie on
   */
  void peerConnected(NodeId peer, String disk);

  void receive(NodeId from, long peerBoot, List<PeerMessage> messages);

  void peerLost(NodeId peer);
}
