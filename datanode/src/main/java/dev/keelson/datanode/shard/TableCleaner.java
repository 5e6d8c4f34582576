package dev.keelson.datanode.shard;

import com.google.protobuf.ByteString;
import dev.keelson.core.key.KeyRange;
import dev.keelson.core.schema.DroppedTables;
import dev.keelson.core.shard.ShardId;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Removes rows of dropped tables from the shards that are led here, in the background: the leader
 * finds some keys and puts them into its log, and each replica removes them when it applies that
 * entry. One batch of one shard is under way at a time, and all shards are looked through every
 * minute, since a router that has not heard of a drop may still write. Of the loop's thread.
 */
final class TableCleaner {
  private static final Logger LOG = LoggerFactory.getLogger(TableCleaner.class);
  private static final Duration REST = Duration.ofMinutes(1);

  /** Looks at so many shards in a tick: each costs a search for each range. */
  private static final int SHARDS_PER_TICK = 8;

  private final Map<ShardId, HostedShard> shards;
  private final Queue<ShardId> left = new ArrayDeque<>();
  private List<KeyRange> dropped = List.of();
  private boolean begun;
  private long roundEndedAt;
  private boolean underWay;
  private long removed;

  TableCleaner(Map<ShardId, HostedShard> shards) {
    this.shards = shards;
  }

  /** These are all the tables that were ever dropped; what is led here is looked through anew. */
  void dropped(DroppedTables tables) {
    dropped = tables.ranges().stream().map(TableCleaner::keysOf).toList();
    left.clear();
    begun = false;
  }

  /** Keys begin with the table's id. */
  private static KeyRange keysOf(DroppedTables.Range range) {
    return new KeyRange(prefix(range.start()), prefix(range.end()));
  }

  private static ByteString prefix(int table) {
    return ByteString.copyFrom(ByteBuffer.allocate(Integer.BYTES).putInt(table).flip());
  }

  void tick(long now) {
    if (dropped.isEmpty() || underWay) {
      return;
    }
    if (left.isEmpty()) {
      if (begun && now - roundEndedAt < REST.toNanos()) {
        return;
      }
      begun = true;
      left.addAll(shards.keySet());
    }
    for (int i = 0; i < SHARDS_PER_TICK && !left.isEmpty() && !underWay; i++) {
      clean(left.element(), now);
    }
    if (left.isEmpty()) {
      roundEndedAt = now;
    }
  }

  private void clean(ShardId id, long now) {
    HostedShard shard = shards.get(id);
    List<ByteString> keys = shard == null ? List.of() : shard.someKeys(dropped);
    if (shard == null || keys.isEmpty()) {
      finished(id);
      return;
    }
    underWay = true;
    shard.remove(
        keys,
        now + REST.toNanos(),
        done -> {
          underWay = false;
          if (done) {
            removed += keys.size();
          } else {
            // Another leads, or the shard is busy: the next round looks again.
            finished(id);
          }
        });
  }

  private void finished(ShardId id) {
    left.remove(id);
    if (removed > 0) {
      LOG.info("{}: removed {} rows of dropped tables", id, removed);
      removed = 0;
    }
  }
}
