package dev.keelson.datanode.journal;

import dev.keelson.core.replication.Position;
import dev.keelson.core.shard.ShardId;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * The fixed part of a record. Its checksum is seeded with the segment's number and the record's
 * place, so that nothing that was written for another segment or place is ever taken for a record
 * here (R18).
 *
 * <pre>
 *   0        4         8        12     13         14      16      20         24     32      40
 *   | header | payload | length | kind | entry    | zeros | shard | entry    | term | index | payload …
 *   | crc32c | crc32c  |        |      | kind     |       |       | checksum |      |       | zeros up to 8
 * </pre>
 */
record RecordHeader(
    RecordKind kind,
    int entryKind,
    int length,
    int payloadChecksum,
    int shard,
    int checksum,
    long term,
    long index) {
  static final int BYTES = 40;
  static final int ALIGNMENT = 8;

  private static final int KIND_OFFSET = 12;
  private static final int SEED_BYTES = 16;

  /** A group's header: the durable end takes the places of term and index. */
  static RecordHeader group(long durableSegment, long durableEnd) {
    return new RecordHeader(RecordKind.GROUP, 0, 0, 0, 0, 0, durableSegment, durableEnd);
  }

  static long recordBytes(int payloadBytes) {
    return BYTES + (((long) payloadBytes + ALIGNMENT - 1) & -ALIGNMENT);
  }

  long recordBytes() {
    return recordBytes(length);
  }

  ShardId shardId() {
    return new ShardId(shard);
  }

  Position position() {
    return new Position(term, index, checksum);
  }

  /** Puts {@link #BYTES} bytes into {@code target}, which is little-endian. */
  void encode(ByteBuffer target, long segment, long position) {
    byte[] bytes = new byte[BYTES];
    ByteBuffer header = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    header
        .putInt(4, payloadChecksum)
        .putInt(8, length)
        .put(KIND_OFFSET, kind.code())
        .put(13, (byte) entryKind)
        .putInt(16, shard)
        .putInt(20, checksum)
        .putLong(24, term)
        .putLong(32, index);
    header.putInt(0, seededChecksum(bytes, segment, position));
    target.put(bytes);
  }

  /** The header at {@code offset} of {@code source}, if there is one that belongs to this place. */
  static Optional<RecordHeader> decode(ByteBuffer source, int offset, long segment, long position) {
    Optional<RecordKind> kind = RecordKind.ofCode(source.get(offset + KIND_OFFSET));
    int length = source.getInt(offset + 8);
    if (kind.isEmpty() || source.getShort(offset + 14) != 0 || length < 0) {
      return Optional.empty();
    }
    byte[] bytes = new byte[BYTES];
    source.get(offset, bytes);
    RecordHeader header =
        new RecordHeader(
            kind.get(),
            source.get(offset + 13),
            length,
            source.getInt(offset + 4),
            source.getInt(offset + 16),
            source.getInt(offset + 20),
            source.getLong(offset + 24),
            source.getLong(offset + 32));
    boolean belongs =
        source.getInt(offset) == seededChecksum(bytes, segment, position) && header.isSane();
    return belongs ? Optional.of(header) : Optional.empty();
  }

  private boolean isSane() {
    return shard >= 0 && term >= 0 && index >= 0;
  }

  private static int seededChecksum(byte[] header, long segment, long position) {
    byte[] seed = new byte[SEED_BYTES];
    ByteBuffer.wrap(seed).order(ByteOrder.LITTLE_ENDIAN).putLong(0, segment).putLong(8, position);
    CRC32C crc = new CRC32C();
    crc.update(seed);
    crc.update(header, Integer.BYTES, BYTES - Integer.BYTES);
    return (int) crc.getValue();
  }
}
