package dev.keelson.datanode.storage;

/**
 * What a map is built for.
 *
 * @param entries that it shall hold
 * @param keyBytes and
 * @param valueBytes that they take on average
 */
record StoreSize(long entries, int keyBytes, int valueBytes) {
  private static final long LEAST_ENTRIES = 16 << 10;
  private static final int GROWTH = 3;

  /** For what there is and twice as much to come. */
  static StoreSize forMoreThan(long entries, long keyBytes, long valueBytes) {
    long present = Math.max(1, entries);
    return new StoreSize(
        Math.max(LEAST_ENTRIES, GROWTH * entries),
        (int) Math.clamp(keyBytes / present, 8, 4096),
        (int) Math.clamp(valueBytes / present, 16, StoredRow.PIECE_BYTES));
  }

  long bytes() {
    return entries * (keyBytes + valueBytes);
  }
}
