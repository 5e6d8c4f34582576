package dev.keelson.datanode.storage;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import net.openhft.chronicle.map.ChronicleMap;
import net.openhft.chronicle.map.ChronicleMapBuilder;
import org.jspecify.annotations.Nullable;

/**
 * Values in a Chronicle Map, a memory-mapped file. The file is a cache that is never opened again,
 * so Chronicle's way to recover plays no part.
 */
final class ChronicleStore implements RowStore {
  private static final double BLOAT = 10;
  private static final long SEGMENT_BYTES = 4 << 20;
  private static final int MAX_SEGMENTS = 64;

  /** Of the tiers that the map may add when a segment is full; each makes it slower. */
  private static final double FILLING = 0.75;

  /** Looking at the map's room costs about as much as some writes. */
  private static final int LOOK_EVERY = 256;

  private static final int LOW_PERCENTAGE = 30;

  private final ChronicleMap<byte[], byte[]> map;
  private final Path file;
  private final int resizesAtFirst;
  private long writtenBytes;
  private long writesBeforeLook = LOOK_EVERY;
  private boolean filling;
  private boolean full;

  private ChronicleStore(ChronicleMap<byte[], byte[]> map, Path file) {
    this.map = map;
    this.file = file;
    this.resizesAtFirst = map.remainingAutoResizes();
  }

  /** Fails when the disk has no room for the file, which is allocated at once. */
  static ChronicleStore create(Path file, StoreSize size) {
    try {
      return tryToCreate(file, size);
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  private static ChronicleStore tryToCreate(Path file, StoreSize size) throws IOException {
    long usable = Files.getFileStore(file.toAbsolutePath().getParent()).getUsableSpace();
    if (usable < 2 * size.bytes()) {
      throw new IOException(
          "no room for a map of " + size.bytes() + " bytes, " + usable + " are free: " + file);
    }
    int segments = (int) Math.clamp(size.bytes() / SEGMENT_BYTES, 1, MAX_SEGMENTS);
    ChronicleMap<byte[], byte[]> map =
        ChronicleMapBuilder.of(byte[].class, byte[].class)
            .name("rows")
            .entries(size.entries())
            .averageKeySize(size.keyBytes())
            .averageValueSize(size.valueBytes())
            .actualSegments(segments)
            .maxBloatFactor(BLOAT)
            .checksumEntries(false)
            .putReturnsNull(true)
            .removeReturnsNull(true)
            // Else the map closes at SIGTERM, while the node still applies and hands over.
            .skipCloseOnExitHook(true)
            .createPersistedTo(file.toFile());
    return new ChronicleStore(map, file);
  }

  @Override
  public byte @Nullable [] value(byte[] key) {
    return map.get(key);
  }

  @Override
  public void put(byte[] key, byte[] value) {
    map.put(key, value);
    writtenBytes += value.length;
    if (--writesBeforeLook <= 0 || writtenBytes > SEGMENT_BYTES / 16) {
      look();
    }
  }

  /** An overwrite at the very limit corrupts the map, so full comes long before. */
  private void look() {
    writesBeforeLook = LOOK_EVERY;
    writtenBytes = 0;
    int resizes = map.remainingAutoResizes();
    filling = map.percentageFreeSpace() < LOW_PERCENTAGE || resizes < resizesAtFirst * FILLING;
    full = resizes < resizesAtFirst / 2;
  }

  @Override
  public void putIfAbsent(byte[] key, byte[] value) {
    map.putIfAbsent(key, value);
  }

  @Override
  public void remove(byte[] key) {
    map.remove(key);
  }

  @Override
  public boolean isFilling() {
    return filling;
  }

  @Override
  public boolean isFull() {
    return full;
  }

  @Override
  public void discard() {
    map.close();
    try {
      Files.deleteIfExists(file);
    } catch (IOException leftOver) {
      file.toFile().deleteOnExit();
    }
  }
}
