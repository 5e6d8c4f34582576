package dev.keelson.datanode.disk;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.random.RandomGenerator;

/**
 * Content as it is seen, and content as it would be after a power failure; only sectors with
 * content take memory.
 */
final class SimulatedFile {
  static final int SECTOR_BYTES = 512;

  private final boolean grows;
  private long size;

  /** What a power failure leaves of the size at least. */
  private long durableSize;

  private final Map<Long, byte[]> seen = new HashMap<>();
  private final Map<Long, byte[]> durable = new HashMap<>();
  private final TreeSet<Long> unforced = new TreeSet<>();

  /** A force of these failed; the next one passes them over, as kernels do. */
  private final TreeSet<Long> abandoned = new TreeSet<>();

  SimulatedFile(long size) {
    this(size, false);
  }

  private SimulatedFile(long size, boolean grows) {
    this.size = size;
    this.durableSize = size;
    this.grows = grows;
  }

  /** An empty file that is as long as what was written to it. */
  static SimulatedFile growing() {
    return new SimulatedFile(0, true);
  }

  boolean grows() {
    return grows;
  }

  long size() {
    return size;
  }

  void write(long position, ByteBuffer source) throws IOException {
    if (grows) {
      size = Math.max(size, position + source.remaining());
    }
    if (position < 0 || position + source.remaining() > size) {
      throw new IOException(
          "write of " + source.remaining() + " bytes at " + position + " beyond " + size);
    }
    for (long at = position; source.hasRemaining(); ) {
      long sector = at / SECTOR_BYTES;
      int offset = (int) (at % SECTOR_BYTES);
      int count = Math.min(source.remaining(), SECTOR_BYTES - offset);
      source.get(seen.computeIfAbsent(sector, it -> new byte[SECTOR_BYTES]), offset, count);
      unforced.add(sector);
      abandoned.remove(sector);
      at += count;
    }
  }

  void read(long position, ByteBuffer target) throws IOException {
    if (position < 0 || position + target.remaining() > size) {
      throw new EOFException("read of " + target.remaining() + " at " + position + " of " + size);
    }
    byte[] zeros = new byte[SECTOR_BYTES];
    for (long at = position; target.hasRemaining(); ) {
      int offset = (int) (at % SECTOR_BYTES);
      int count = Math.min(target.remaining(), SECTOR_BYTES - offset);
      target.put(seen.getOrDefault(at / SECTOR_BYTES, zeros), offset, count);
      at += count;
    }
  }

  void force() {
    for (long sector : unforced) {
      durable.put(sector, content(seen, sector).clone());
    }
    unforced.clear();
    durableSize = size;
  }

  /** What was to be forced passes for clean from now on, and is not durable. */
  void failForce() {
    abandoned.addAll(unforced);
    unforced.clear();
  }

  /** Sectors are written whole or not at all, in any order. */
  void losePower(RandomGenerator random) {
    size = grows && random.nextBoolean() ? durableSize : size;
    for (long sector : unforced) {
      if (random.nextBoolean()) {
        durable.put(sector, content(seen, sector).clone());
      }
      seen.put(sector, content(durable, sector).clone());
    }
    unforced.clear();
    for (long sector : abandoned) {
      seen.put(sector, content(durable, sector).clone());
    }
    abandoned.clear();
  }

  /** The sectors that hold something durable, in their order. */
  List<Long> sectors() {
    return durable.entrySet().stream()
        .filter(it -> !Arrays.equals(it.getValue(), new byte[SECTOR_BYTES]))
        .map(Map.Entry::getKey)
        .sorted()
        .toList();
  }

  boolean isBlank(long sector) {
    return Arrays.equals(content(durable, sector), new byte[SECTOR_BYTES]);
  }

  /** A sector shows, durably, what belongs to another one. */
  void misdirect(long from, long to) {
    seen.put(to, content(durable, from).clone());
    durable.put(to, content(durable, from).clone());
  }

  void corrupt(long position, int mask) {
    long sector = position / SECTOR_BYTES;
    int offset = (int) (position % SECTOR_BYTES);
    seen.computeIfAbsent(sector, it -> new byte[SECTOR_BYTES])[offset] ^= (byte) mask;
    durable.computeIfAbsent(sector, it -> new byte[SECTOR_BYTES])[offset] ^= (byte) mask;
  }

  private static byte[] content(Map<Long, byte[]> image, long sector) {
    return image.getOrDefault(sector, new byte[SECTOR_BYTES]);
  }
}
