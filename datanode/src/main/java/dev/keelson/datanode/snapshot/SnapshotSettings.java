package dev.keelson.datanode.snapshot;

/**
 * When snapshots are taken, and how much they may burden a node.
 *
 * @param logBytes a shard takes one when it has applied so much since the last one; a large shard
 *     when it has applied half of what its last one took, if that is more
 * @param journalSegments or when one of its entries would keep so many files of the journal
 * @param retainedBytes of a shard's log are kept behind its snapshot, for followers that are a
 *     little behind
 * @param blockBytes of a snapshot are read from the rows in one turn, and travel in one message
 * @param keptBytes former values of rows that are written while a snapshot is taken; with more it
 *     is given up and tried again later
 * @param takeBytesPerSecond written to snapshots that are taken here
 * @param fetchBytesPerSecond received from peers
 * @param fetches that go on at a time
 */
public record SnapshotSettings(
    long logBytes,
    int journalSegments,
    long retainedBytes,
    int blockBytes,
    long keptBytes,
    long takeBytesPerSecond,
    long fetchBytesPerSecond,
    int fetches) {
  private static final long MEBIBYTE = 1L << 20;

  /** While a peer fetches a snapshot no newer one is taken, up to so many times the usual log. */
  private static final int PATIENCE = 4;

  public static final SnapshotSettings DEFAULTS =
      new SnapshotSettings(
          64 * MEBIBYTE,
          16,
          16 * MEBIBYTE,
          128 << 10,
          32 * MEBIBYTE,
          64 * MEBIBYTE,
          64 * MEBIBYTE,
          4);

  /** No snapshot is ever taken: the journal keeps everything. */
  public static final SnapshotSettings NEVER =
      new SnapshotSettings(
          Long.MAX_VALUE / PATIENCE,
          Integer.MAX_VALUE / PATIENCE,
          0,
          128 << 10,
          MEBIBYTE,
          MEBIBYTE,
          MEBIBYTE,
          1);

  public SnapshotSettings {
    check(logBytes > 0, "log-bytes must be positive");
    check(journalSegments > 1, "journal-segments must be at least 2");
    check(retainedBytes >= 0 && retainedBytes <= logBytes, "retained bytes must fit log-bytes");
    check(blockBytes > 0 && blockBytes <= MEBIBYTE, "a block must be at most 1 MiB");
    check(keptBytes > 0, "kept bytes must be positive");
    check(takeBytesPerSecond > 0 && fetchBytesPerSecond > 0, "rates must be positive");
    check(fetches > 0, "fetches must be positive");
  }

  public SnapshotSettings with(long ofLogBytes, long ofTakeRate, long ofFetchRate) {
    return new SnapshotSettings(
        ofLogBytes,
        journalSegments,
        Math.min(retainedBytes, ofLogBytes / 4),
        blockBytes,
        keptBytes,
        ofTakeRate,
        ofFetchRate,
        fetches);
  }

  /** Whether a shard that has applied so much since a snapshot of that size needs another one. */
  public boolean isDue(long appliedBytes, long lastSnapshotBytes, long segments) {
    return appliedBytes >= Math.max(logBytes, lastSnapshotBytes / 2)
        || (appliedBytes > 0 && segments >= journalSegments);
  }

  /** The same while a peer fetches the last one. */
  public boolean isOverdue(long appliedBytes, long lastSnapshotBytes, long segments) {
    return isDue(appliedBytes / PATIENCE, lastSnapshotBytes, segments / PATIENCE);
  }

  private static void check(boolean holds, String relation) {
    if (!holds) {
      throw new IllegalArgumentException("snapshots: " + relation);
    }
  }
}
