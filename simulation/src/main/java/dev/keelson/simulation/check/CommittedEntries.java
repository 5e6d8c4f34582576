package dev.keelson.simulation.check;

import dev.keelson.core.replication.LogEntry;
import dev.keelson.core.replication.Position;
import dev.keelson.core.shard.ShardId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What one replica applied at an index, every replica applies there, now and after every restart.
 */
public final class CommittedEntries {
  private final Map<ShardId, List<Position>> logs = new HashMap<>();
  private long applied;

  /** Says whether nobody has applied that index before. */
  public boolean see(String node, ShardId shard, LogEntry entry) {
    List<Position> log = logs.computeIfAbsent(shard, it -> new ArrayList<>());
    int place = (int) entry.index() - 1;
    if (place < log.size()) {
      if (!log.get(place).equals(entry.position())) {
        throw new Violation(
            Invariant.SAME_ENTRIES,
            node
                + " applied "
                + entry.position()
                + " to "
                + shard
                + " where "
                + log.get(place)
                + " was committed");
      }
    } else if (place == log.size()) {
      log.add(entry.position());
      applied++;
      return true;
    } else {
      throw new Violation(
          Invariant.SAME_ENTRIES,
          node + " applied " + entry.position() + " to " + shard + " behind a gap");
    }
    return false;
  }

  /** The greatest index that anybody has applied. */
  public long last(ShardId shard) {
    return logs.getOrDefault(shard, List.of()).size();
  }

  public long count() {
    return applied;
  }
}
