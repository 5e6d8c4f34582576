package dev.keelson.datanode.shard;

import dev.keelson.core.limit.Limits;
import dev.keelson.core.replication.ReplicationSettings;
import dev.keelson.core.shard.NodeId;
import dev.keelson.datanode.snapshot.SnapshotSettings;
import java.time.Duration;

/**
 * Who a loop works for, and its limits.
 *
 * @param boot number of this start of the node
 * @param disk the storage id of the replicas that are made here
 * @param promiseUntil when promises of an earlier start have run out, by the loop's clock (R10)
 * @param tick how often time is told to the replicas
 * @param replayBytes how much of the journal is read at once to apply or to catch a follower up
 * @param callsWaiting calls that may wait for an answer; more are refused
 * @param snapshots when they are taken, and how fast
 * @param limits of what a read may ask for
 */
public record LoopSettings(
    NodeId node,
    long boot,
    String disk,
    long promiseUntil,
    ReplicationSettings replication,
    Duration tick,
    int replayBytes,
    int callsWaiting,
    SnapshotSettings snapshots,
    Limits limits) {

  public static LoopSettings defaults(NodeId node, long boot, String disk, long promiseUntil) {
    return new LoopSettings(
        node,
        boot,
        disk,
        promiseUntil,
        ReplicationSettings.DEFAULTS,
        Duration.ofMillis(20),
        1 << 20,
        100_000,
        SnapshotSettings.DEFAULTS,
        Limits.DEFAULTS);
  }

  public LoopSettings with(Limits otherLimits, SnapshotSettings otherSnapshots) {
    return new LoopSettings(
        node,
        boot,
        disk,
        promiseUntil,
        replication,
        tick,
        replayBytes,
        callsWaiting,
        otherSnapshots,
        otherLimits);
  }

  public LoopSettings {
    if (callsWaiting < 1 || replayBytes < 1 || tick.isNegative() || tick.isZero()) {
      throw new IllegalArgumentException("loop settings must be positive: " + tick);
    }
  }
}
