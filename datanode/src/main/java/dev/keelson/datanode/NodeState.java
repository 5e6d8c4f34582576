package dev.keelson.datanode;

import dev.keelson.core.replication.LogEntry;
import dev.keelson.core.shard.ShardId;
import dev.keelson.datanode.disk.DiskHealth;
import dev.keelson.datanode.membership.EtcdGuard;
import dev.keelson.datanode.shard.LoopEvents;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;

/** What is not well on this node: kept for whoever asks. Thread-safe. */
final class NodeState implements LoopEvents {
  private final EtcdGuard guard;
  private final FollowerReadMetrics reads;
  private final Map<ShardId, String> stopped = new ConcurrentSkipListMap<>();
  private volatile DiskHealth.State disk = DiskHealth.State.WELL;

  NodeState(EtcdGuard guard, FollowerReadMetrics reads) {
    this.guard = guard;
    this.reads = reads;
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
  public void certificatesAsked(int count) {
    reads.asked(count);
  }

  @Override
  public void alarm(String why) {
    guard.raise(why);
  }

  @Override
  public void stopped(ShardId shard, RuntimeException why) {
    stopped.put(shard, String.valueOf(why.getMessage()));
  }

  void diskIs(DiskHealth.State judged) {
    disk = judged;
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
    if (disk == DiskHealth.State.SLOW) {
      complaints.add("the disk is slow, so others lead");
    }
    stopped.forEach((shard, why) -> complaints.add(shard + " has stopped by a fault: " + why));
    return complaints;
  }
}
