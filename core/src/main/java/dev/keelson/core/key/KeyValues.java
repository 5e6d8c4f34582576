package dev.keelson.core.key;

import com.google.protobuf.ByteString;
import dev.keelson.core.schema.ColumnType;
import dev.keelson.proto.v1.Value;

/**
 * One value of a key as bytes that order like the values; all bytes are turned over for DESC.
 *
 * <pre>
 *   BOOL               1 byte, 0 or 1
 *   INT64, TIMESTAMP   8 bytes, big endian, sign turned over
 *   DATE               4 bytes, the same
 *   DOUBLE             8 bytes, big endian: sign turned over, of negatives all bits; -0.0 is 0.0
 *   UUID               16 bytes
 *   STRING, BYTES      the bytes with 00 as 00 FF, and 00 01 behind the last
 * </pre>
 *
 * No encoded value is the beginning of another one of its type, so values can follow one another.
 */
final class KeyValues {
  static final byte ESCAPE = 0;
  static final byte ESCAPED_ZERO = (byte) 0xff;
  static final byte TERMINATOR = 1;
  static final int UUID_BYTES = 16;

  private KeyValues() {}

  static int size(ColumnType type, Value value) {
    return switch (type) {
      case BOOL -> 1;
      case INT64, TIMESTAMP, DOUBLE -> Long.BYTES;
      case DATE -> Integer.BYTES;
      case UUID -> UUID_BYTES;
      case STRING -> escapedSize(value.getStringValueBytes());
      case BYTES -> escapedSize(value.getBytesValue());
    };
  }

  /** Writes a value and returns the position behind it. */
  static int write(byte[] to, int at, ColumnType type, Value value, boolean descending) {
    int end = writeAscending(to, at, type, value);
    if (descending) {
      for (int i = at; i < end; i++) {
        to[i] = (byte) ~to[i];
      }
    }
    return end;
  }

  private static int writeAscending(byte[] to, int at, ColumnType type, Value value) {
    return switch (type) {
      case BOOL -> {
        to[at] = (byte) (value.getBoolValue() ? 1 : 0);
        yield at + 1;
      }
      case INT64 -> writeLong(to, at, value.getInt64Value() ^ Long.MIN_VALUE);
      case TIMESTAMP -> writeLong(to, at, value.getTimestampMicros() ^ Long.MIN_VALUE);
      case DATE -> writeInt(to, at, value.getDateDays() ^ Integer.MIN_VALUE);
      case DOUBLE -> writeLong(to, at, ordered(value.getDoubleValue()));
      case UUID -> {
        value.getUuidValue().copyTo(to, at);
        yield at + UUID_BYTES;
      }
      case STRING -> writeEscaped(to, at, value.getStringValueBytes());
      case BYTES -> writeEscaped(to, at, value.getBytesValue());
    };
  }

  private static long ordered(double value) {
    // 0.0 + -0.0 is 0.0: equal values must be one key.
    long bits = Double.doubleToLongBits(value + 0.0);
    return bits < 0 ? ~bits : bits ^ Long.MIN_VALUE;
  }

  static double unordered(long bits) {
    return Double.longBitsToDouble(bits < 0 ? bits ^ Long.MIN_VALUE : ~bits);
  }

  static int writeInt(byte[] to, int at, int value) {
    to[at] = (byte) (value >>> 24);
    to[at + 1] = (byte) (value >>> 16);
    to[at + 2] = (byte) (value >>> 8);
    to[at + 3] = (byte) value;
    return at + Integer.BYTES;
  }

  private static int writeLong(byte[] to, int at, long value) {
    writeInt(to, at, (int) (value >>> 32));
    return writeInt(to, at + Integer.BYTES, (int) value);
  }

  private static int escapedSize(ByteString bytes) {
    int zeros = 0;
    for (int i = 0; i < bytes.size(); i++) {
      if (bytes.byteAt(i) == ESCAPE) {
        zeros++;
      }
    }
    return bytes.size() + zeros + 2;
  }

  private static int writeEscaped(byte[] to, int from, ByteString bytes) {
    int at = from;
    for (int i = 0; i < bytes.size(); i++) {
      byte next = bytes.byteAt(i);
      to[at++] = next;
      if (next == ESCAPE) {
        to[at++] = ESCAPED_ZERO;
      }
    }
    to[at++] = ESCAPE;
    to[at++] = TERMINATOR;
    return at;
  }
}
