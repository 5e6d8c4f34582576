package dev.keelson.core.row;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import dev.keelson.core.schema.Column;
import dev.keelson.proto.v1.Value;

/** Writes one column of a row: its header and its value. */
final class ColumnWriter {
  private ColumnWriter() {}

  static int size(Column column, Value value) {
    boolean isNull = value.getKindCase() == Value.KindCase.KIND_NOT_SET;
    return CodedOutputStream.computeUInt32SizeNoTag(header(column, isNull))
        + (isNull ? 0 : valueSize(column, value));
  }

  /** Returns the position behind the column. */
  static int write(byte[] to, int at, Column column, Value value) {
    boolean isNull = value.getKindCase() == Value.KindCase.KIND_NOT_SET;
    int behindHeader = writeVarint(to, at, header(column, isNull));
    return isNull ? behindHeader : writeValue(to, behindHeader, column, value);
  }

  private static int header(Column column, boolean isNull) {
    return column.id() << RowFormat.TAG_BITS
        | (isNull ? RowFormat.NULL_TAG : column.type().number());
  }

  private static int valueSize(Column column, Value value) {
    return switch (column.type()) {
      case BOOL -> 1;
      case INT64 -> CodedOutputStream.computeSInt64SizeNoTag(value.getInt64Value());
      case TIMESTAMP -> CodedOutputStream.computeSInt64SizeNoTag(value.getTimestampMicros());
      case DATE -> CodedOutputStream.computeSInt32SizeNoTag(value.getDateDays());
      case DOUBLE -> Long.BYTES;
      case STRING -> lengthAnd(value.getStringValueBytes());
      case BYTES -> lengthAnd(value.getBytesValue());
      case UUID -> RowFormat.UUID_BYTES;
    };
  }

  private static int lengthAnd(ByteString bytes) {
    return CodedOutputStream.computeUInt32SizeNoTag(bytes.size()) + bytes.size();
  }

  private static int writeValue(byte[] to, int at, Column column, Value value) {
    return switch (column.type()) {
      case BOOL -> {
        to[at] = (byte) (value.getBoolValue() ? 1 : 0);
        yield at + 1;
      }
      case INT64 -> writeSigned(to, at, value.getInt64Value());
      case TIMESTAMP -> writeSigned(to, at, value.getTimestampMicros());
      case DATE -> writeSigned(to, at, value.getDateDays());
      case DOUBLE -> writeDouble(to, at, value.getDoubleValue());
      case STRING -> writeBytes(to, at, value.getStringValueBytes());
      case BYTES -> writeBytes(to, at, value.getBytesValue());
      case UUID -> copy(to, at, value.getUuidValue());
    };
  }

  private static int writeBytes(byte[] to, int at, ByteString bytes) {
    return copy(to, writeVarint(to, at, bytes.size()), bytes);
  }

  private static int copy(byte[] to, int at, ByteString bytes) {
    bytes.copyTo(to, at);
    return at + bytes.size();
  }

  private static int writeDouble(byte[] to, int at, double value) {
    // One NaN only, so that equal rows have equal bytes.
    long bits = Double.doubleToLongBits(value);
    for (int i = 0; i < Long.BYTES; i++) {
      to[at + i] = (byte) (bits >>> 8 * i);
    }
    return at + Long.BYTES;
  }

  private static int writeSigned(byte[] to, int at, long value) {
    return writeVarint(to, at, value << 1 ^ value >> 63);
  }

  private static int writeVarint(byte[] to, int from, long value) {
    int at = from;
    long rest = value;
    while ((rest & ~0x7fL) != 0) {
      to[at++] = (byte) (rest | 0x80);
      rest >>>= 7;
    }
    to[at++] = (byte) rest;
    return at;
  }
}
