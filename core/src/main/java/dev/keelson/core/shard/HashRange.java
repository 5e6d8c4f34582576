package dev.keelson.core.shard;

/** A half-open range [start, end) of the space of partition hashes, 0 to 2^32. */
public record HashRange(long start, long end) {
  /** One more than the greatest hash. */
  public static final long SPACE = 1L << 32;

  public static final HashRange ALL = new HashRange(0, SPACE);

  public HashRange {
    if (start < 0 || end > SPACE || start >= end) {
      throw new IllegalArgumentException("not a hash range: [" + start + ", " + end + ")");
    }
  }

  /**
   * The {@code part}-th of {@code parts} ranges of nearly equal size that together cover the space.
   */
  public static HashRange part(int part, int parts) {
    return new HashRange(SPACE * part / parts, SPACE * (part + 1) / parts);
  }

  public boolean contains(int partitionHash) {
    long hash = Integer.toUnsignedLong(partitionHash);
    return hash >= start && hash < end;
  }
}
