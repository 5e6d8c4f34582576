package dev.keelson.core.replication;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The end of a shard's log, in memory: everything that is not committed and applied yet, and as
 * many older entries as the cache allows. What is older lies in the journal only.
 *
 * <pre>
 *   journal only │ cached, committed │ uncommitted
 *                └ first              commit       └ last
 * </pre>
 */
final class ReplicaLog {
  private @Nullable LogEntry[] ring = new LogEntry[64];
  private int head;
  private int size;
  private Position beforeFirst;
  private long bytes;

  /** A log whose entries up to {@code beforeFirst} lie in the journal only. */
  ReplicaLog(Position beforeFirst, List<LogEntry> tail) {
    this.beforeFirst = beforeFirst;
    tail.forEach(this::append);
  }

  Position last() {
    return size == 0 ? beforeFirst : entryAt(size - 1).position();
  }

  long lastIndex() {
    return beforeFirst.index() + size;
  }

  long firstIndex() {
    return beforeFirst.index() + 1;
  }

  long bytes() {
    return bytes;
  }

  void append(LogEntry entry) {
    Position last = last();
    if (entry.index() != last.index() + 1
        || entry.term() < last.term()
        || !entry.follows(last.checksum())) {
      throw new IllegalStateException("entry " + entry.position() + " does not follow " + last);
    }
    if (size == ring.length) {
      grow();
    }
    ring[(head + size) & (ring.length - 1)] = entry;
    size++;
    bytes += entry.cost();
  }

  /** Removes the entries at and above {@code index}. */
  void truncate(long index) {
    if (index < firstIndex()) {
      throw new IllegalStateException(
          "truncation at " + index + " below what is in memory: " + firstIndex());
    }
    while (lastIndex() >= index) {
      size--;
      bytes -= entryAt(size).cost();
      ring[(head + size) & (ring.length - 1)] = null;
    }
  }

  /** Forgets everything: the log is empty and begins behind a snapshot. */
  void reset(Position base) {
    ring = new LogEntry[64];
    head = 0;
    size = 0;
    bytes = 0;
    beforeFirst = base;
  }

  /** Where the log is at {@code index}; empty when that is above the end or no longer in memory. */
  Optional<Position> positionAt(long index) {
    if (index == beforeFirst.index()) {
      return Optional.of(beforeFirst);
    }
    return index < beforeFirst.index() || index > lastIndex()
        ? Optional.empty()
        : Optional.of(entry(index).position());
  }

  LogEntry entry(long index) {
    if (index < firstIndex() || index > lastIndex()) {
      throw new IllegalStateException(
          "no entry " + index + " in " + firstIndex() + ".." + lastIndex());
    }
    return entryAt((int) (index - firstIndex()));
  }

  /** Entries from {@code index} on, at least one if there is one, up to {@code maxBytes}. */
  List<LogEntry> from(long index, int maxBytes) {
    List<LogEntry> found = new ArrayList<>();
    long taken = 0;
    for (long at = index; at <= lastIndex(); at++) {
      LogEntry entry = entry(at);
      taken += entry.cost();
      if (!found.isEmpty() && taken > maxBytes) {
        break;
      }
      found.add(entry);
    }
    return found;
  }

  /** Forgets entries up to {@code index} while more than {@code keepBytes} are held. */
  void release(long index, long keepBytes) {
    while (size > 0 && bytes > keepBytes && firstIndex() <= index) {
      LogEntry first = entryAt(0);
      ring[head] = null;
      head = (head + 1) & (ring.length - 1);
      size--;
      bytes -= first.cost();
      beforeFirst = first.position();
    }
  }

  private LogEntry entryAt(int offset) {
    return Objects.requireNonNull(ring[(head + offset) & (ring.length - 1)]);
  }

  private void grow() {
    @Nullable LogEntry[] larger = new LogEntry[ring.length * 2];
    for (int i = 0; i < size; i++) {
      larger[i] = entryAt(i);
    }
    ring = larger;
    head = 0;
  }
}
