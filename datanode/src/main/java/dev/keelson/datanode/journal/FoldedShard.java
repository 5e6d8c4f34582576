package dev.keelson.datanode.journal;

import dev.keelson.core.replication.Position;
import dev.keelson.core.replication.ReplicaState;
import java.util.Optional;
import java.util.function.IntPredicate;

/**
 * One replica while the journal is read at start, and what damage has done to it.
 *
 * <pre>
 *   whole ──damage somewhere──► unsure ──SHARD agrees──► whole
 *   whole, unsure ──an entry is missing──► holed ──an entry at or below the hole──► whole, unsure
 *   unsure ──end of the journal, or SHARD differs──► lost ──RESET──► whole
 * </pre>
 */
final class FoldedShard {
  /** Reads an entry's position from the disk; empty when it can't be read. */
  interface PositionReader {
    Optional<Position> positionAt(long location);
  }

  private static final long SURE = Long.MAX_VALUE;

  private final ShardLog log;
  private final PositionReader positions;

  /** Up to where the log is complete although a record of this shard may be missing. */
  private long sureEnd = SURE;

  private boolean holed;
  private boolean lost;

  FoldedShard(ShardLog log, PositionReader positions) {
    this.log = log;
    this.positions = positions;
  }

  ShardLog log() {
    return log;
  }

  boolean damaged() {
    return holed || lost;
  }

  private boolean isUnsure() {
    return sureEnd != SURE;
  }

  /**
   * Whether the log may hold what a lost record has cancelled, so that an entry must show what it
   * follows: also once it is given up to learn more, or a later entry would cover up the wrong one.
   */
  boolean mayBeWrong() {
    return isUnsure() || lost;
  }

  /**
   * Whether the entry has a place in the log; if not there is a hole before it.
   *
   * @param follows whether it was made to follow an entry with that checksum; asked while the entry
   *     before may be one that a lost record has cancelled
   */
  boolean entry(Position position, long location, IntPredicate follows) {
    long index = position.index();
    if (index > log.last().index() + 1 || index <= log.state().base().index()) {
      holed = true;
      return false;
    }
    if (mayBeWrong() && !followsItsPredecessor(index, follows)) {
      cutTo(index - 1);
      sureEnd = Math.min(sureEnd, log.last().index());
      holed = true;
      return false;
    }
    if (index < log.first()) {
      log.missingUpTo(new Position(0, index - 1, 0));
    }
    log.entry(position, location);
    holed = false;
    if (isUnsure()) {
      sureEnd = Math.min(sureEnd, index - 1);
    }
    return true;
  }

  private boolean followsItsPredecessor(long index, IntPredicate follows) {
    return positionAt(index - 1).filter(before -> follows.test(before.checksum())).isPresent();
  }

  void state(ReplicaState state) {
    if (state.base().index() > log.last().index()) {
      holed = true;
      log.reset(state);
    } else {
      log.state(state);
    }
  }

  void reset(ReplicaState state) {
    log.reset(state);
    sureEnd = SURE;
    holed = false;
    lost = false;
  }

  /**
   * A durable record that says where the log ends: agrees with what was read, or shows what is
   * missing.
   */
  void settle(ReplicaState state, Position end) {
    if (end.equals(state.base())) {
      reset(state);
    } else if (positionAt(end.index()).filter(end::equals).isPresent()) {
      log.truncateTo(end);
      log.state(state);
      sureEnd = SURE;
      holed = false;
      lost = false;
    } else {
      cutToSureEnd();
      lost = true;
      state(state);
    }
  }

  /** Behind the base nobody needs it. */
  void damagedEntry(long index) {
    if (index <= log.state().base().index()) {
      return;
    }
    if (index <= log.last().index()) {
      cutTo(index - 1);
    }
    holed = true;
  }

  /** Some record was lost that may have been this shard's. */
  void unsure() {
    sureEnd = Math.min(sureEnd, log.last().index());
  }

  /** All that is known to be durable was read, and with it the hope to learn what is missing. */
  void endDurable() {
    if (isUnsure()) {
      cutToSureEnd();
      lost = true;
    }
  }

  /** Everything was read. */
  void conclude() {
    endDurable();
    Position base = log.state().base();
    if (log.first() > base.index() + 1) {
      log.reset(log.state());
      lost = true;
    }
    log.releaseBelow(base.index() + 1);
  }

  private void cutToSureEnd() {
    if (sureEnd < log.last().index()) {
      cutTo(sureEnd);
    }
    sureEnd = SURE;
  }

  private void cutTo(long end) {
    Optional<Position> position = positionAt(end);
    if (end <= log.state().base().index()) {
      log.reset(log.state());
    } else if (position.isPresent()) {
      log.truncateTo(position.get());
    } else {
      log.reset(log.state());
      lost = true;
    }
  }

  private Optional<Position> positionAt(long index) {
    if (index == log.last().index()) {
      return Optional.of(log.last());
    }
    if (log.has(index)) {
      return positions.positionAt(log.location(index));
    }
    Position base = log.state().base();
    return index == base.index() ? Optional.of(base) : Optional.empty();
  }
}
