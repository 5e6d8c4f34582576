package dev.keelson.datanode.journal;

/** Where a record lies, in one long: {@code segment number << 27 | offset / 8}. */
final class Location {
  private static final int OFFSET_BITS = 27;
  private static final long OFFSET_MASK = (1L << OFFSET_BITS) - 1;

  private Location() {}

  static long of(long segment, long offset) {
    return segment << OFFSET_BITS | offset / RecordHeader.ALIGNMENT;
  }

  static long segment(long location) {
    return location >>> OFFSET_BITS;
  }

  static long offset(long location) {
    return (location & OFFSET_MASK) * RecordHeader.ALIGNMENT;
  }
}
