package dev.keelson.datanode.journal;

import dev.keelson.core.replication.Position;
import dev.keelson.core.replication.ReplicaState;
import dev.keelson.core.shard.ShardId;
import java.util.OptionalLong;
import java.util.function.LongConsumer;

/**
 * What of one replica is durable. Changed by one thread, the journal's writer or its recovery; read
 * by many, hence the lock, which is never held over I/O.
 */
final class ShardLog {
  private final ShardId shard;
  private final LongConsumer forgotten;
  private ReplicaState state;
  private EntryIndex entries;
  private Position last;

  /** An empty log behind the state's base. */
  ShardLog(ShardId shard, ReplicaState state, LongConsumer forgotten) {
    this.shard = shard;
    this.forgotten = forgotten;
    this.state = state;
    this.entries = new EntryIndex(state.base().index() + 1, forgotten);
    this.last = state.base();
  }

  ShardId shard() {
    return shard;
  }

  synchronized ReplicaState state() {
    return state;
  }

  synchronized Position last() {
    return last;
  }

  /** Index of the first entry that is there; one above {@link #last} if none is. */
  synchronized long first() {
    return entries.first();
  }

  synchronized boolean has(long index) {
    return entries.has(index);
  }

  synchronized long location(long index) {
    return entries.location(index);
  }

  /** Takes the place of all entries at and above its index (R18). */
  synchronized void entry(Position position, long location) {
    if (position.index() > last.index() + 1 || position.index() < entries.first()) {
      throw new IllegalStateException(
          shard + ": entry " + position + " in a log of " + entries.first() + " to " + last);
    }
    entries.truncateFrom(position.index());
    entries.append(location);
    last = position;
  }

  /** Forgets what lies above {@code end}, which is the base or the position of an entry. */
  synchronized void truncateTo(Position end) {
    entries.truncateFrom(end.index() + 1);
    if (entries.last() != end.index()) {
      entries = new EntryIndex(end.index() + 1, forgotten);
    }
    last = end;
  }

  synchronized void state(ReplicaState next) {
    state = next;
  }

  synchronized void reset(ReplicaState next) {
    clear();
    state = next;
    last = next.base();
    entries = new EntryIndex(next.base().index() + 1, forgotten);
  }

  /** The log ends at {@code end}, of which no entry is to be found here. */
  synchronized void missingUpTo(Position end) {
    clear();
    last = end;
    entries = new EntryIndex(end.index() + 1, forgotten);
  }

  /** Where the first entry lies that is there; empty when none is. */
  synchronized OptionalLong firstLocation() {
    return entries.has(entries.first())
        ? OptionalLong.of(entries.location(entries.first()))
        : OptionalLong.empty();
  }

  synchronized void releaseBelow(long index) {
    entries.releaseBelow(index);
  }

  synchronized void clear() {
    entries.truncateFrom(0);
  }

  /**
   * Where {@code fromIndex} and up to {@code limit} entries in all lie; empty if it can't be read.
   */
  synchronized ReadPlan plan(long fromIndex, int limit) {
    Position base = state.base();
    boolean firstFollowsBase = entries.first() == base.index() + 1;
    long readable = firstFollowsBase ? entries.first() : entries.first() + 1;
    if (fromIndex < readable || !entries.has(fromIndex)) {
      return new ReadPlan(base, readable, last.index(), -1, new long[0]);
    }
    long[] locations = new long[(int) Math.min(limit, last.index() - fromIndex + 1)];
    for (int i = 0; i < locations.length; i++) {
      locations[i] = entries.location(fromIndex + i);
    }
    boolean followsBase = fromIndex == base.index() + 1;
    long previous = followsBase ? -1 : entries.location(fromIndex - 1);
    return new ReadPlan(base, readable, last.index(), previous, locations);
  }

  /**
   * A read to be done without the lock.
   *
   * @param first the first index that can be read, since the position before it is known
   * @param previous where the entry before the wanted ones lies; -1 when that is the base
   */
  record ReadPlan(Position base, long first, long last, long previous, long[] locations) {}
}
