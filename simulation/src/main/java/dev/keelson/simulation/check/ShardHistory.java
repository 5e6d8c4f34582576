package dev.keelson.simulation.check;

import dev.keelson.core.shard.ShardId;
import java.util.Map;
import java.util.TreeMap;

/** Up to where a shard's log had been acknowledged, or shown by a leader, at each time. */
public final class ShardHistory {
  private final ShardId shard;
  private final TreeMap<Long, Long> acknowledged = new TreeMap<>();

  public ShardHistory(ShardId shard) {
    this.shard = shard;
  }

  /** A leader answers: its rows are up to {@code index}. */
  public void acknowledged(long index, long now) {
    Map.Entry<Long, Long> last = acknowledged.lastEntry();
    if (last == null || last.getValue() < index) {
      acknowledged.put(now, index);
    }
  }

  /** A replica answers from rows that are up to {@code index}, and are as fresh as {@code time}. */
  public void shows(long index, long time) {
    Map.Entry<Long, Long> before = acknowledged.lowerEntry(time);
    if (before != null && before.getValue() > index) {
      throw new Violation(
          Invariant.AS_FRESH_AS_PROVEN,
          "%s: a replica shows its log up to %d, as of %d, when %d was acknowledged"
              .formatted(shard, index, time, before.getValue()));
    }
  }
}
