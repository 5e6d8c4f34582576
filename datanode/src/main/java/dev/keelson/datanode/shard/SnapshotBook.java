package dev.keelson.datanode.shard;

import dev.keelson.core.replication.Position;

/** What a loop keeps in mind about the snapshots of one shard. */
final class SnapshotBook {
  /** Of the last one taken: its place, size, and how much had been applied then. */
  private Position taken = Position.ZERO;

  private long takenBytes;
  private long appliedBytes;

  /** The last one that older things were removed for. */
  private Position settled;

  private long lastSentAt = Long.MIN_VALUE / 2;
  private boolean damaged;
  private boolean releasedAll;

  SnapshotBook(Position base) {
    settled = base;
  }

  void taken(Position at, long bytes, long applied) {
    taken = at;
    takenBytes = bytes;
    appliedBytes = applied;
    damaged = false;
  }

  long lastBytes() {
    return takenBytes;
  }

  /** Whether there are older things than this to be removed. */
  boolean isUnsettled(Position durableBase) {
    return !durableBase.equals(settled);
  }

  void settled(Position durableBase) {
    settled = durableBase;
    releasedAll = false;
  }

  /** How much had been applied at that base; everything if it was received. */
  long appliedAt(Position base, long total) {
    return base.equals(taken) ? appliedBytes : total;
  }

  void sent(long now) {
    lastSentAt = now;
  }

  boolean isBeingSent(long now, long patienceNanos) {
    return now - lastSentAt < patienceNanos;
  }

  /** Whether the journal keeps nothing that lies before the base. */
  boolean hasReleasedAll() {
    return releasedAll;
  }

  void releasedAll() {
    releasedAll = true;
  }

  void damaged() {
    damaged = true;
  }

  /** The last one can't be read, so another one is needed at once. */
  boolean isDamaged() {
    return damaged;
  }
}
