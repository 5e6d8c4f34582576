package dev.keelson.datanode.journal;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;

/** The segments that hold records, by number. */
final class SegmentTable {
  private final ConcurrentSkipListMap<Long, Segment> segments = new ConcurrentSkipListMap<>();

  void add(Segment segment) {
    segments.put(segment.number(), segment);
  }

  /** The segment, kept open until the caller releases it; empty when it is gone. */
  Optional<Segment> acquire(long number) {
    return Optional.ofNullable(segments.get(number)).filter(Segment::acquire);
  }

  void entryAdded(long location) {
    Optional.ofNullable(segments.get(Location.segment(location))).ifPresent(Segment::entryAdded);
  }

  void entryForgotten(long location) {
    Optional.ofNullable(segments.get(Location.segment(location)))
        .ifPresent(Segment::entryForgotten);
  }

  /**
   * Takes out the oldest ones up to the first that still holds entries. One in the middle has to
   * stay: each names the one before, and what comes before a gap counts as gone.
   */
  List<Segment> takeEmptyBefore(long active) {
    List<Segment> taken = new ArrayList<>();
    for (Segment oldest : segments.headMap(active).values()) {
      if (oldest.hasEntries()) {
        break;
      }
      segments.remove(oldest.number());
      taken.add(oldest);
    }
    return taken;
  }

  void remove(Segment segment) {
    segments.remove(segment.number());
  }

  /** How many there are from this one on. */
  int countFrom(long number) {
    return segments.tailMap(number).size();
  }

  int count() {
    return segments.size();
  }

  long bytes() {
    return segments.values().stream().mapToLong(Segment::size).sum();
  }

  void close() throws IOException {
    for (Segment segment : segments.values()) {
      segment.release();
    }
    segments.clear();
  }
}
