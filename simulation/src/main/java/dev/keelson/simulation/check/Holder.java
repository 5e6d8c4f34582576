package dev.keelson.simulation.check;

import dev.keelson.core.replication.Replica;
import dev.keelson.core.shard.NodeId;
import dev.keelson.core.shard.ReplicaId;
import dev.keelson.core.shard.ShardId;
import dev.keelson.datanode.journal.DurableLog;
import java.util.Optional;

/** What checks may see of the nodes. */
public interface Holder {
  /** What would survive a loss of power on a node that is up, or survived on one that is down. */
  Optional<DurableLog> durable(ReplicaId replica, ShardId shard);

  /** Whether the node's disk is the one that loses what it was told to keep. */
  boolean isBad(NodeId node);

  /** Each replica of a running process, with the clock of that process. */
  void eachReplica(ShardId shard, ReplicaView view);

  /** Sees one replica. */
  interface ReplicaView {
    void see(NodeId node, Replica replica, long nanoTime);
  }
}
