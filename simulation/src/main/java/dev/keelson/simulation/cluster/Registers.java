package dev.keelson.simulation.cluster;

import dev.keelson.core.shard.HashRange;
import dev.keelson.core.shard.ShardId;
import dev.keelson.simulation.check.KeyHistory;
import dev.keelson.simulation.check.ShardHistory;
import java.util.List;

/** Keys, what clients know of them, and numbers that are unique in the run. */
final class Registers {
  private final List<ShardId> shards;
  private final String[] names;
  private final KeyHistory[] histories;
  private final List<ShardHistory> shardHistories;
  private final long[] lastSeen;
  private long attempts;
  private long values;
  private long sessions;

  Registers(List<ShardId> shards, int count) {
    this.shards = shards;
    shardHistories = shards.stream().map(ShardHistory::new).toList();
    histories = new KeyHistory[count];
    lastSeen = new long[count];
    names = new String[count];
    for (int i = 0; i < count; i++) {
      names[i] = nameInShard(i);
      histories[i] = new KeyHistory(names[i]);
    }
  }

  /** Shards have equal ranges of hashes, in their order. */
  private String nameInShard(int register) {
    HashRange range = HashRange.part(register % shards.size(), shards.size());
    String name = "r" + register;
    for (int tried = 0; !range.contains(ClientTable.partitionHash(name)); tried++) {
      name = "r" + register + "-" + tried;
    }
    return name;
  }

  int count() {
    return histories.length;
  }

  String name(int register) {
    return names[register];
  }

  ShardId shard(int register) {
    return shards.get(register % shards.size());
  }

  /** Of the shard that holds a register. */
  ShardHistory shardHistory(int register) {
    return shardHistories.get(register % shards.size());
  }

  KeyHistory history(int register) {
    return histories[register];
  }

  long lastSeen(int register) {
    return lastSeen[register];
  }

  void seen(int register, long version) {
    lastSeen[register] = Math.max(lastSeen[register], version);
  }

  long nextAttempt() {
    return ++attempts;
  }

  long nextValue() {
    return ++values;
  }

  long nextSession() {
    return ++sessions;
  }
}
