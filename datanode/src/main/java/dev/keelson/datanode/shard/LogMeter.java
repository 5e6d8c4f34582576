package dev.keelson.datanode.shard;

import java.util.ArrayDeque;

/** How much a replica has applied since its snapshot, and where in the log a given amount lies. */
final class LogMeter {
  private final long retained;
  private final long grain;
  private final ArrayDeque<Mark> marks = new ArrayDeque<>();
  private long total;
  private long atBase;

  /** So much had been applied with this entry. */
  private record Mark(long index, long total) {}

  /**
   * @param retained how much is to be found again
   */
  LogMeter(long retained) {
    this.retained = retained;
    grain = Math.max(1, retained / 16);
  }

  void applied(long index, int bytes) {
    total += bytes;
    if (marks.isEmpty() || total - marks.getLast().total() >= grain) {
      marks.add(new Mark(index, total));
    }
    while (marks.size() > 1 && secondMark().total() <= total - retained) {
      marks.remove();
    }
  }

  private Mark secondMark() {
    return marks.stream().skip(1).findFirst().orElseThrow();
  }

  /** All that was ever applied. */
  long total() {
    return total;
  }

  /** A snapshot of when so much had been applied is the log's base. */
  void based(long totalThen) {
    atBase = totalThen;
  }

  long sinceBase() {
    return total - atBase;
  }

  /** Entries below this one are not among what is retained. */
  long retainedFrom() {
    return marks.isEmpty() ? 0 : marks.getFirst().index();
  }
}
