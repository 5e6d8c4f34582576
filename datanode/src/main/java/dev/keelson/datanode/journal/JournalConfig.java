package dev.keelson.datanode.journal;

/**
 * Limits of a journal.
 *
 * @param segmentBytes size of each file
 * @param maxPayloadBytes greatest payload of one entry
 * @param maxGroupBytes after which a force comes even if more is waiting
 * @param maxQueuedBytes that may wait; entries beyond it are refused with {@link
 *     JournalFullException}
 * @param maxReadBytes greatest answer of one read, except that one entry always fits
 * @param reserveBytes and
 * @param reservePercent of the disk, whichever is more, are kept free: entries are refused before
 *     it is touched, while terms, flags and drops are still admitted
 */
public record JournalConfig(
    long segmentBytes,
    int maxPayloadBytes,
    int maxGroupBytes,
    int maxQueuedBytes,
    int maxReadBytes,
    long reserveBytes,
    int reservePercent) {
  private static final int MEBIBYTE = 1 << 20;

  public static final JournalConfig DEFAULT =
      new JournalConfig(
          64L * MEBIBYTE,
          8 * MEBIBYTE,
          8 * MEBIBYTE,
          32 * MEBIBYTE,
          8 * MEBIBYTE,
          192L * MEBIBYTE,
          5);

  public JournalConfig {
    check(maxPayloadBytes > 0, "payload limit must be positive", maxPayloadBytes);
    check(maxGroupBytes > 0, "group limit must be positive", maxGroupBytes);
    check(maxReadBytes > 0, "read limit must be positive", maxReadBytes);
    check(maxQueuedBytes >= maxPayloadBytes, "queue limit below the payload's", maxQueuedBytes);
    check(segmentBytes >= 4L * maxPayloadBytes, "segment below 4 payloads", segmentBytes);
    check(segmentBytes >= 64 << 10, "segment below 64 KiB", segmentBytes);
    check(segmentBytes % 4096 == 0, "segment not a multiple of 4096 bytes", segmentBytes);
    check(segmentBytes <= 1L << 30, "segment above 1 GiB", segmentBytes);
    check(reserveBytes >= 0, "reserve must not be negative", reserveBytes);
    check(reservePercent >= 0 && reservePercent < 100, "reserve not in 0..99 %", reservePercent);
  }

  /** Small segments, for simulations and tests. */
  public static JournalConfig small(long segmentBytes) {
    int payload = (int) Math.min(segmentBytes / 4, 8 * MEBIBYTE);
    return new JournalConfig(
        segmentBytes, payload, payload, 4 * payload, payload, 2 * segmentBytes, 0);
  }

  /** What is to stay free on a disk of {@code totalBytes}. */
  long reserve(long totalBytes) {
    return Math.max(reserveBytes, totalBytes / 100 * reservePercent);
  }

  private static void check(boolean holds, String complaint, long value) {
    if (!holds) {
      throw new IllegalArgumentException("journal: " + complaint + ": " + value);
    }
  }
}
