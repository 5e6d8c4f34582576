package dev.keelson.datanode.journal;

import dev.keelson.datanode.disk.DiskFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * A segment read front to back at start, through a window of fixed size whatever lengths the bytes
 * claim. What the disk refuses to read looks like garbage: it is then judged as damage or torn tail
 * like any other.
 */
final class SegmentInput {
  private static final int WINDOW_BYTES = 256 << 10;
  private static final byte UNREADABLE = (byte) 0xEE;

  private final long number;
  private final DiskFile file;
  private final long size;
  private final ByteBuffer window;
  private long windowStart;

  SegmentInput(long number, DiskFile file, long size) {
    this.number = number;
    this.file = file;
    this.size = size;
    this.window =
        ByteBuffer.allocate((int) Math.min(WINDOW_BYTES, size))
            .order(ByteOrder.LITTLE_ENDIAN)
            .limit(0);
  }

  long number() {
    return number;
  }

  long size() {
    return size;
  }

  /** The header of a record at {@code position} that ends at or before {@code limit}. */
  Optional<RecordHeader> header(long position, long limit) {
    if (position + RecordHeader.BYTES > limit) {
      return Optional.empty();
    }
    int offset = load(position, RecordHeader.BYTES);
    return RecordHeader.decode(window, offset, number, position)
        .filter(header -> position + header.recordBytes() <= limit);
  }

  boolean payloadIsWhole(RecordHeader header, long position) {
    CRC32C crc = new CRC32C();
    long at = position + RecordHeader.BYTES;
    for (int left = header.length(); left > 0; ) {
      int offset = load(at, 1);
      int count = Math.min(left, window.limit() - offset);
      crc.update(window.array(), offset, count);
      at += count;
      left -= count;
    }
    return (int) crc.getValue() == header.payloadChecksum();
  }

  byte[] payload(RecordHeader header, long position) {
    byte[] payload = new byte[header.length()];
    long at = position + RecordHeader.BYTES;
    for (int done = 0; done < payload.length; ) {
      int offset = load(at + done, 1);
      int count = Math.min(payload.length - done, window.limit() - offset);
      window.get(offset, payload, done, count);
      done += count;
    }
    return payload;
  }

  /**
   * The place of the next record at or after {@code from}; {@code limit} if there is none before
   * that.
   */
  long nextRecord(long from, long limit) {
    for (long at = from; at < limit; at += RecordHeader.ALIGNMENT) {
      if (header(at, limit).isPresent()) {
        return at;
      }
    }
    return limit;
  }

  boolean isZeroFrom(long position) {
    for (long at = position; at < size; ) {
      int offset = load(at, 1);
      for (int i = offset; i < window.limit(); i++) {
        if (window.get(i) != 0) {
          return false;
        }
      }
      at += window.limit() - offset;
    }
    return true;
  }

  /**
   * Makes {@code count} bytes from {@code position} on present in the window and says where they
   * begin.
   */
  private int load(long position, int count) {
    if (position + count > size || count > window.capacity()) {
      throw new IllegalArgumentException(
          "read of " + count + " bytes at " + position + " of " + size);
    }
    if (position < windowStart || position + count > windowStart + window.limit()) {
      windowStart = position;
      window.clear().limit((int) Math.min(window.capacity(), size - position));
      fill();
    }
    return (int) (position - windowStart);
  }

  private void fill() {
    try {
      file.read(windowStart, window);
      window.rewind();
    } catch (IOException unreadable) {
      fillPageByPage();
    }
  }

  /** So that one bad page costs no more than itself. */
  private void fillPageByPage() {
    int end = window.limit();
    for (int from = 0; from < end; from += SegmentHeader.FIRST_RECORD) {
      int to = Math.min(end, from + SegmentHeader.FIRST_RECORD);
      window.limit(to).position(from);
      try {
        file.read(windowStart + from, window);
      } catch (IOException unreadable) {
        Arrays.fill(window.array(), from, to, UNREADABLE);
      }
    }
    window.limit(end).position(0);
  }
}
