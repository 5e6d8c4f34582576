package dev.keelson.datanode;

import dev.keelson.core.replication.LogEntry;
import dev.keelson.core.shard.ShardId;
import dev.keelson.datanode.membership.EtcdGuard;
import dev.keelson.datanode.shard.LoopEvents;
import dev.keelson.datanode.snapshot.SnapshotEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What is not well on this node: kept for whoever asks. Thread-safe. */
final class NodeState implements LoopEvents {
  private static final Logger LOG = LoggerFactory.getLogger(NodeState.class);

  private final EtcdGuard guard;
  private final SnapshotMetrics snapshots;
  private final Map<ShardId, String> stopped = new ConcurrentSkipListMap<>();

  NodeState(EtcdGuard guard, SnapshotMetrics snapshots) {
    this.guard = guard;
    this.snapshots = snapshots;
  }

  @Override
  public void turnEnded() {
    // Streams of routers send by themselves behind the turn.
  }

  @Override
  public void applied(ShardId shard, LogEntry entry) {
    // For simulations, which compare what replicas apply.
  }

  @Override
  public void snapshot(ShardId shard, SnapshotEvent event) {
    snapshots.count(event);
    switch (event) {
      case SnapshotEvent.Damaged damaged ->
          LOG.error("{}: a snapshot can't be read: {}", shard, damaged.what());
      case SnapshotEvent.GivenUp givenUp ->
          LOG.info("{}: a snapshot was given up: {}", shard, givenUp.why());
      case SnapshotEvent.Restored restored ->
          LOG.info("{}: its rows are those of the snapshot at {}", shard, restored.at());
      case SnapshotEvent.Taken taken -> LOG.debug("{}: {}", shard, taken);
      case SnapshotEvent.Based based -> LOG.debug("{}: {}", shard, based);
      case SnapshotEvent.Resumed resumed -> LOG.debug("{}: {}", shard, resumed);
      case SnapshotEvent.Sent ignored -> {}
      case SnapshotEvent.Received ignored -> {}
    }
  }

  @Override
  public void alarm(String why) {
    guard.raise(why);
  }

  @Override
  public void stopped(ShardId shard, RuntimeException why) {
    stopped.put(shard, String.valueOf(why.getMessage()));
  }

  /** Sentences; none when all is well. */
  List<String> complaints(boolean diskFull, int lostReplicas) {
    List<String> complaints = new ArrayList<>();
    Optional<String> alarm = guard.alarm();
    alarm.ifPresent(it -> complaints.add("etcd is not trusted, so nothing fails over here: " + it));
    if (diskFull) {
      complaints.add("the disk is full, so writes are refused here");
    }
    if (lostReplicas > 0) {
      complaints.add(lostReplicas + " replicas of this node lay on a disk that is gone");
    }
    stopped.forEach((shard, why) -> complaints.add(shard + " has stopped by a fault: " + why));
    return complaints;
  }
}
