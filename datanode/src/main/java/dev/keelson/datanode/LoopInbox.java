package dev.keelson.datanode;

import dev.keelson.core.shard.NodeId;
import dev.keelson.datanode.peer.PeerInbox;
import dev.keelson.datanode.shard.ShardLoop;
import dev.keelson.proto.internal.v1.PeerMessage;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Hands what peers send to the loop. Links and loop know each other, so one is named later. */
final class LoopInbox implements PeerInbox {
  private volatile @Nullable ShardLoop loop;

  void deliverTo(ShardLoop named) {
    loop = named;
  }

  private ShardLoop loop() {
    ShardLoop named = loop;
    if (named == null) {
      throw new IllegalStateException("a peer was connected before there was a shard loop");
    }
    return named;
  }

  @Override
  public void peerConnected(NodeId peer, String disk) {
    loop().peerConnected(peer, disk);
  }

  @Override
  public void receive(NodeId from, long peerBoot, List<PeerMessage> messages) {
    loop().receive(from, peerBoot, messages);
  }

  @Override
  public void peerLost(NodeId peer) {
    loop().peerLost(peer);
  }
}
