package dev.keelson.core.row;

import com.google.protobuf.ByteString;
import dev.keelson.core.schema.ColumnType;
import dev.keelson.proto.v1.Value;

/**
 * Goes over the columns of an encoded row. Whatever the bytes are, it answers or throws
 * MalformedRowException, and it takes no memory beyond the values that are asked for.
 */
public final class RowCursor {
  private final ByteString row;
  private int next;
  private int columnStart;
  private int valueStart;
  private int columnId;
  private int tag;

  public RowCursor(ByteString row) throws MalformedRowException {
    if (row.isEmpty() || row.byteAt(0) != RowFormat.VERSION) {
      throw new MalformedRowException(
          row.isEmpty() ? "a row has no bytes" : "unknown row format " + row.byteAt(0));
    }
    this.row = row;
    this.next = 1;
  }

  /** Steps to the next column; false behind the last. */
  public boolean next() throws MalformedRowException {
    columnStart = next;
    if (next == row.size()) {
      return false;
    }
    long header = readVarint();
    int id = (int) (header >>> RowFormat.TAG_BITS);
    if (header >>> 32 != 0 || id <= columnId) {
      throw new MalformedRowException("column " + id + " follows column " + columnId);
    }
    columnId = id;
    tag = (int) header & RowFormat.TAG_MASK;
    valueStart = next;
    skipValue();
    return true;
  }

  public int columnId() {
    return columnId;
  }

  /** The column is said to be NULL: in updates and conditions only. */
  public boolean isNull() {
    return tag == RowFormat.NULL_TAG;
  }

  /** The type of the column's value when it is not NULL. */
  public ColumnType type() {
    return ColumnType.of(tag);
  }

  /** The value of the column, or NULL. */
  public Value value() throws MalformedRowException {
    if (isNull()) {
      return Value.getDefaultInstance();
    }
    Value.Builder value = Value.newBuilder();
    switch (type()) {
      case BOOL -> value.setBoolValue(row.byteAt(valueStart) == 1);
      case INT64 -> value.setInt64Value(signed());
      case TIMESTAMP -> value.setTimestampMicros(signed());
      case DATE -> value.setDateDays((int) signed());
      case DOUBLE -> value.setDoubleValue(number());
      case STRING -> value.setStringValueBytes(text());
      case BYTES -> value.setBytesValue(bytes());
      case UUID -> value.setUuidValue(row.substring(valueStart, next));
    }
    return value.build();
  }

  /** Where the column with its header begins. */
  int columnStart() {
    return columnStart;
  }

  /** Where the next column begins. */
  int columnEnd() {
    return next;
  }

  /** Whether this column and that of another row have equal values; NULL equals NULL. */
  boolean sameValue(RowCursor other) {
    if (tag != other.tag) {
      return false;
    }
    if (tag == ColumnType.DOUBLE.number()) {
      double mine = number();
      double theirs = other.number();
      // 0.0 equals -0.0, and NaN equals NaN as in an order.
      return mine == theirs || (Double.isNaN(mine) && Double.isNaN(theirs));
    }
    int length = next - valueStart;
    if (length != other.next - other.valueStart) {
      return false;
    }
    for (int i = 0; i < length; i++) {
      if (row.byteAt(valueStart + i) != other.row.byteAt(other.valueStart + i)) {
        return false;
      }
    }
    return true;
  }

  private void skipValue() throws MalformedRowException {
    if (tag == RowFormat.NULL_TAG) {
      return;
    }
    if (!ColumnType.isKnown(tag)) {
      throw new MalformedRowException("column " + columnId + " has the unknown type " + tag);
    }
    switch (type()) {
      case BOOL -> skipBool();
      case INT64, TIMESTAMP -> readVarint();
      case DATE -> skipDate();
      case DOUBLE -> skip(Long.BYTES);
      case UUID -> skip(RowFormat.UUID_BYTES);
      case STRING, BYTES -> skip(readVarint());
    }
  }

  private void skipBool() throws MalformedRowException {
    skip(1);
    byte stored = row.byteAt(valueStart);
    if (stored != 0 && stored != 1) {
      throw new MalformedRowException("column " + columnId + " is the BOOL " + stored);
    }
  }

  private void skipDate() throws MalformedRowException {
    if (readVarint() >>> Integer.SIZE != 0) {
      throw new MalformedRowException("column " + columnId + " is a DATE beyond 32 bits");
    }
  }

  private void skip(long bytes) throws MalformedRowException {
    if (bytes < 0 || bytes > row.size() - next) {
      throw new MalformedRowException("the row ends within column " + columnId);
    }
    next += (int) bytes;
  }

  /** A number of 7 bits a byte, the least first, in as few bytes as there can be. */
  private long readVarint() throws MalformedRowException {
    long value = 0;
    for (int shift = 0; shift < Long.SIZE; shift += 7) {
      if (next == row.size()) {
        throw new MalformedRowException("the row ends within a number");
      }
      byte part = row.byteAt(next++);
      value |= (long) (part & 0x7f) << shift;
      if (part >= 0) {
        if ((part == 0 && shift > 0) || (shift == 63 && part > 1)) {
          break;
        }
        return value;
      }
    }
    throw new MalformedRowException("a number in the row is not in its shortest form");
  }

  private long signed() throws MalformedRowException {
    int end = next;
    next = valueStart;
    long stored = readVarint();
    next = end;
    return stored >>> 1 ^ -(stored & 1);
  }

  private double number() {
    long bits = 0;
    for (int i = 0; i < Long.BYTES; i++) {
      bits |= (row.byteAt(valueStart + i) & 0xffL) << 8 * i;
    }
    return Double.longBitsToDouble(bits);
  }

  private ByteString bytes() throws MalformedRowException {
    int end = next;
    next = valueStart;
    int length = (int) readVarint();
    next = end;
    return row.substring(end - length, end);
  }

  private ByteString text() throws MalformedRowException {
    ByteString bytes = bytes();
    if (!bytes.isValidUtf8()) {
      throw new MalformedRowException("column " + columnId + " is a STRING that is not UTF-8");
    }
    return bytes;
  }
}
