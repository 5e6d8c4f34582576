package dev.keelson.datanode.journal;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * The first bytes of a segment, twice, in two sectors. Written last: a segment with a header has
 * all that its beginning must say, durably.
 *
 * <pre>
 *   0       8         12       16        24     32         40           48      56        64
 *   | magic | format  | crc32c | segment | size | previous | previous   | start | losses  |
 *   |       | version |        | number  |      | number   | end        | end   |         |
 * </pre>
 *
 * @param previous the segment whose records come before; 0 if there is none
 * @param previousEnd up to where the previous one counts; what it holds from there on is void
 * @param startEnd up to where this one was durable when the header was written
 * @param losses what the journal has lost since it was made, as {@link #DAMAGE} and {@link #TEAR}:
 *     a replica that it doesn't name may have been here, at whatever later start that is asked
 */
record SegmentHeader(
    long number, long size, long previous, long previousEnd, long startEnd, long losses) {
  /** Something unreadable could not be attributed to a shard. */
  static final long DAMAGE = 1;

  /** It ended torn once. */
  static final long TEAR = 2;

  static final int FORMAT_VERSION = 1;
  static final int BYTES = 64;
  static final int COPY_OFFSET = 2048;

  /** Where records begin. */
  static final int FIRST_RECORD = 4096;

  private static final long MAGIC = 0x4C4E524A4C454B4EL; // "NKELJRNL"
  private static final int CHECKSUM_OFFSET = 12;

  /** The header block, up to {@link #FIRST_RECORD}. */
  ByteBuffer encode() {
    byte[] bytes = new byte[BYTES];
    ByteBuffer.wrap(bytes)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(0, MAGIC)
        .putInt(8, FORMAT_VERSION)
        .putLong(16, number)
        .putLong(24, size)
        .putLong(32, previous)
        .putLong(40, previousEnd)
        .putLong(48, startEnd)
        .putLong(56, losses)
        .putInt(CHECKSUM_OFFSET, checksum(bytes));
    return ByteBuffer.allocate(FIRST_RECORD).put(0, bytes).put(COPY_OFFSET, bytes);
  }

  /** The header in a block of {@link #FIRST_RECORD} bytes, if one of its copies is whole. */
  static Optional<SegmentHeader> decode(ByteBuffer block, String file)
      throws JournalFormatException {
    Optional<SegmentHeader> first = decode(block, 0, file);
    return first.isPresent() ? first : decode(block, COPY_OFFSET, file);
  }

  private static Optional<SegmentHeader> decode(ByteBuffer block, int offset, String file)
      throws JournalFormatException {
    byte[] bytes = new byte[BYTES];
    block.get(offset, bytes);
    ByteBuffer header = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    int stored = header.getInt(CHECKSUM_OFFSET);
    header.putInt(CHECKSUM_OFFSET, 0);
    if (header.getLong(0) != MAGIC || stored != checksum(bytes)) {
      return Optional.empty();
    }
    int version = header.getInt(8);
    if (version != FORMAT_VERSION) {
      throw new JournalFormatException(
          file
              + " has journal format "
              + version
              + ", this program knows only "
              + FORMAT_VERSION
              + ": start the version that wrote it");
    }
    return Optional.of(
        new SegmentHeader(
            header.getLong(16),
            header.getLong(24),
            header.getLong(32),
            header.getLong(40),
            header.getLong(48),
            header.getLong(56)));
  }

  /** Over all 64 bytes with zeros in the checksum's place. */
  private static int checksum(byte[] bytes) {
    CRC32C crc = new CRC32C();
    crc.update(bytes);
    return (int) crc.getValue();
  }
}
