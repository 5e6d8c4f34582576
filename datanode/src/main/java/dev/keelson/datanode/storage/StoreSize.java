package dev.keelson.datanode.storage;

/**
 * What a map is built for.
 *
 * @param entries that it shall hold
 * @param keyBytes and
 * @param valueBytes that they take on average
 */
record StoreSize(long entries, int keyBytes, int valueBytes) {
  private static final long LEAST_BYTES = 16 << 20;
  private static final int LEAST_ENTRIES = 1024;
  private static final int MOST_LEAST_ENTRIES = 64 << 10;
  private static final int GROWTH = 3;

  /** For what there is and twice as much to come. */
  static StoreSize forMoreThan(long entries, long keyBytes, long valueBytes) {
    long present = Math.max(1, entries);
    int keySize = (int) Math.clamp(keyBytes / present, 8, 4096);
    int valueSize = (int) Math.clamp(valueBytes / present, 16, StoredRow.PIECE_BYTES);
    int least = Math.clamp(LEAST_BYTES / (keySize + valueSize), LEAST_ENTRIES, MOST_LEAST_ENTRIES);
    return new StoreSize(Math.max(least, GROWTH * entries), keySize, valueSize);
  }

  long bytes() {
    return entries * (keyBytes + valueBytes);
  }
}
