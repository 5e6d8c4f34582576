package dev.keelson.simulation.cluster;

import dev.keelson.core.shard.NodeId;
import dev.keelson.datanode.shard.Peers;
import dev.keelson.proto.internal.v1.PeerMessage;
import java.util.ArrayList;
import java.util.List;

/** A process's streams to its peers. */
final class SimulatedPeers implements Peers {
  private final NodeId self;
  private final Cluster cluster;
  private final List<Outgoing> gathered = new ArrayList<>();

  private record Outgoing(NodeId to, PeerMessage message) {}

  SimulatedPeers(NodeId self, Cluster cluster) {
    this.self = self;
    this.cluster = cluster;
  }

  @Override
  public void send(NodeId to, PeerMessage message) {
    gathered.add(new Outgoing(to, message));
  }

  @Override
  public void flush() {
    gathered.forEach(it -> cluster.send(self, it.to(), it.message()));
    gathered.clear();
  }
}
