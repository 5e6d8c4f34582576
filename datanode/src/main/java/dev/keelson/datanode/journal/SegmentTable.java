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

  void foundDamaged(long number) {
    Optional.ofNullable(segments.get(number)).ifPresent(Segment::foundDamaged);
  }

  /**
   * Takes out the oldest ones up to the first that still holds entries. One in the middle has to
   * stay: each names the one before, and what comes before a gap counts as gone. The one that is
   * then the first must be sound, since nothing else tells the states that it begins with.
   */
  List<Segment> takeEmptyBefore(long active) {
    List<Segment> empty = new ArrayList<>();
    int sound = 0;
    for (Segment oldest : segments.headMap(active, true).values()) {
      if (!oldest.isDamaged()) {
        sound = empty.size();
      }
      if (oldest.hasEntries() || oldest.number() == active) {
        break;
      }
      empty.add(oldest);
    }
    List<Segment> taken = empty.subList(0, sound);
    taken.forEach(this::remove);
    return taken;
  }

  void remove(Segment segment) {
    segments.remove(segment.number());
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
