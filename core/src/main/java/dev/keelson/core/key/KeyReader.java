package dev.keelson.core.key;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;

/** Reads a key from front to back and never beyond its end. */
final class KeyReader {
  private final ByteString key;
  private final int end;
  private int at;

  KeyReader(ByteString key, int from, int end) {
    this.key = key;
    this.at = from;
    this.end = end;
  }

  int position() {
    return at;
  }

  byte readByte(boolean descending) throws MalformedKeyException {
    if (at >= end) {
      throw new MalformedKeyException("the key ends within a value");
    }
    byte stored = key.byteAt(at++);
    return descending ? (byte) ~stored : stored;
  }

  int readInt(boolean descending) throws MalformedKeyException {
    int value = 0;
    for (int i = 0; i < Integer.BYTES; i++) {
      value = value << 8 | (readByte(descending) & 0xff);
    }
    return value;
  }

  long readLong(boolean descending) throws MalformedKeyException {
    long high = readInt(descending);
    return high << 32 | Integer.toUnsignedLong(readInt(descending));
  }

  ByteString readFixed(int length, boolean descending) throws MalformedKeyException {
    byte[] bytes = new byte[length];
    for (int i = 0; i < length; i++) {
      bytes[i] = readByte(descending);
    }
    return UnsafeByteOperations.unsafeWrap(bytes);
  }

  ByteString readEscaped(boolean descending) throws MalformedKeyException {
    byte[] bytes = new byte[escapedLength(descending)];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = readByte(descending);
      if (bytes[i] == KeyValues.ESCAPE) {
        at++;
      }
    }
    at += 2;
    return UnsafeByteOperations.unsafeWrap(bytes);
  }

  void checkEnd() throws MalformedKeyException {
    if (at != end) {
      throw new MalformedKeyException((end - at) + " bytes follow the last value of the key");
    }
  }

  /** How many bytes are before the terminator when the escapes are taken away. */
  private int escapedLength(boolean descending) throws MalformedKeyException {
    int begin = at;
    int length = 0;
    while (true) {
      if (readByte(descending) != KeyValues.ESCAPE) {
        length++;
        continue;
      }
      byte escaped = readByte(descending);
      if (escaped == KeyValues.TERMINATOR) {
        at = begin;
        return length;
      }
      if (escaped != KeyValues.ESCAPED_ZERO) {
        throw new MalformedKeyException("a zero in a key is followed by " + escaped);
      }
      length++;
    }
  }
}
