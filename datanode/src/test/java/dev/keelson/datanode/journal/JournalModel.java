package dev.keelson.datanode.journal;

import dev.keelson.core.replication.LogEntry;
import dev.keelson.core.replication.Position;
import dev.keelson.core.replication.ReplicaState;
import dev.keelson.core.shard.ShardId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What a journal should hold after each item that was handed to it, as plain immutable values. */
final class JournalModel {
  /** One replica. */
  record Log(ReplicaState state, List<LogEntry> entries) {
    Log {
      entries = List.copyOf(entries);
    }

    Position last() {
      return entries.isEmpty() ? state.base() : entries.getLast().position();
    }

    Position positionBefore(long index) {
      return index == state.base().index() + 1
          ? state.base()
          : entries.get((int) (index - state.base().index() - 2)).position();
    }

    Log with(LogEntry entry) {
      List<LogEntry> next =
          new ArrayList<>(entries.subList(0, (int) (entry.index() - state.base().index() - 1)));
      next.add(entry);
      return new Log(state, next);
    }

    Log with(ReplicaState next) {
      int released = (int) (next.base().index() - state.base().index());
      return new Log(next, entries.subList(released, entries.size()));
    }
  }

  /** After 0, 1, 2, … items of this life. */
  private final List<Map<ShardId, Log>> history = new ArrayList<>();

  JournalModel(Map<ShardId, Log> start) {
    history.add(Map.copyOf(start));
  }

  Map<ShardId, Log> now() {
    return history.getLast();
  }

  int items() {
    return history.size() - 1;
  }

  Map<ShardId, Log> after(int items) {
    return history.get(items);
  }

  void put(ShardId shard, Log log) {
    Map<ShardId, Log> next = new TreeMap<>(now());
    next.put(shard, log);
    history.add(next);
  }

  void remove(ShardId shard) {
    Map<ShardId, Log> next = new TreeMap<>(now());
    next.remove(shard);
    history.add(next);
  }
}
