package dev.keelson.simulation.cluster;

import dev.keelson.core.replication.LogEntry;
import dev.keelson.core.shard.ShardId;
import dev.keelson.datanode.membership.EtcdGuard;
import dev.keelson.datanode.shard.LoopEvents;
import dev.keelson.datanode.snapshot.SnapshotEvent;
import dev.keelson.simulation.check.Violation;

/** Holds the loop of a node to the invariants. */
final class WatchedEvents implements LoopEvents {
  private final SimulatedNode node;
  private final Observations observations;
  private final EtcdGuard guard;

  WatchedEvents(SimulatedNode node, Observations observations, EtcdGuard guard) {
    this.node = node;
    this.observations = observations;
    this.guard = guard;
  }

  @Override
  public void turnEnded() {
    node.shards().ifPresent(it -> it.inspect(observations::turned));
  }

  @Override
  public void applied(ShardId shard, LogEntry entry) {
    observations.applied(shard, entry);
  }

  @Override
  public void snapshot(ShardId shard, SnapshotEvent event) {
    observations.snapshot(shard, event);
  }

  @Override
  public void alarm(String why) {
    guard.raise(why);
  }

  @Override
  public void stopped(ShardId shard, RuntimeException why) {
    if (why instanceof Violation violation) {
      throw violation;
    }
    throw new IllegalStateException(node.id() + ": " + shard + " stopped", why);
  }
}
