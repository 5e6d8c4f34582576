package dev.keelson.datanode.shard;

import dev.keelson.core.replication.LogEntry;
import dev.keelson.core.shard.ShardId;
import dev.keelson.datanode.snapshot.SnapshotEvent;

/** What the process wants to know of a loop. Called on the loop's thread. */
public interface LoopEvents {
  /** Answers of this turn may be sent now. */
  void turnEnded();

  /** A replica applied a committed entry to its rows. */
  void applied(ShardId shard, LogEntry entry);

  /** Something happened to the snapshots of a shard. */
  void snapshot(ShardId shard, SnapshotEvent event);

  /** The metadata store can't be the one we know (R14). */
  void alarm(String why);

  /** A replica stopped because of a fault of ours. */
  void stopped(ShardId shard, RuntimeException why);
}
