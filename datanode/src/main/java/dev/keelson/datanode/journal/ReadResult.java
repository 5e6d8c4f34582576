package dev.keelson.datanode.journal;

import dev.keelson.core.replication.LogEntry;
import dev.keelson.core.replication.Position;
import dev.keelson.core.shard.ShardId;
import java.util.List;

/**
 * What a read found, as it was durable when the read ran; the log may have been truncated since.
 */
public sealed interface ReadResult {
  ShardId shard();

  /**
   * Consecutive entries.
   *
   * @param previous the position right before the first of them
   * @param entries never empty
   */
  record Entries(ShardId shard, Position previous, List<LogEntry> entries) implements ReadResult {
    public Entries {
      entries = List.copyOf(entries);
    }
  }

  /**
   * The first entry asked for is not in the log: at or below its base, above its end, or the shard
   * is unknown (then the range is empty).
   */
  record Absent(ShardId shard, long fromIndex, long firstIndex, long lastIndex)
      implements ReadResult {}

  /** The disk didn't give back what was written. */
  record Unreadable(ShardId shard, long index, String why) implements ReadResult {}
}
