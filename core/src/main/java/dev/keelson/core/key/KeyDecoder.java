package dev.keelson.core.key;

import com.google.protobuf.ByteString;
import dev.keelson.core.schema.ColumnType;
import dev.keelson.core.schema.KeyColumn;
import dev.keelson.core.schema.TableSchema;
import dev.keelson.proto.v1.Value;
import java.util.ArrayList;
import java.util.List;

/** Turns encoded primary keys of a table back into values. Immutable. */
public final class KeyDecoder {
  private final TableSchema schema;

  public KeyDecoder(TableSchema schema) {
    this.schema = schema;
  }

  /** The values of the key columns, in their order. Only bytes that the encoder writes pass. */
  public List<Value> decode(ByteString key) throws MalformedKeyException {
    RowKey parsed = RowKey.parse(key);
    if (parsed.tableId() != schema.id()) {
      throw new MalformedKeyException(
          "the key is of table %d, not of %s".formatted(parsed.tableId(), schema));
    }
    KeyReader reader = new KeyReader(key, RowKey.TABLE_BYTES, key.size() - RowKey.SUFFIX_BYTES);
    List<Value> values = new ArrayList<>(schema.keyColumns().size());
    for (KeyColumn column : schema.keyColumns()) {
      values.add(read(reader, column));
      if (values.size() == schema.partitionColumns().size()) {
        checkPartition(parsed, reader.position() - RowKey.TABLE_BYTES);
      }
    }
    reader.checkEnd();
    return values;
  }

  private static void checkPartition(RowKey key, int length) throws MalformedKeyException {
    if (key.partition().size() != length) {
      throw new MalformedKeyException(
          "the key names a partition of %d bytes, but it has %d"
              .formatted(key.partition().size(), length));
    }
  }

  private static Value read(KeyReader reader, KeyColumn column) throws MalformedKeyException {
    ColumnType type = column.column().type();
    boolean descending = column.descending();
    Value.Builder value = Value.newBuilder();
    switch (type) {
      case BOOL -> value.setBoolValue(bool(reader.readByte(descending)));
      case INT64 -> value.setInt64Value(reader.readLong(descending) ^ Long.MIN_VALUE);
      case TIMESTAMP -> value.setTimestampMicros(reader.readLong(descending) ^ Long.MIN_VALUE);
      case DATE -> value.setDateDays(reader.readInt(descending) ^ Integer.MIN_VALUE);
      case DOUBLE -> value.setDoubleValue(number(reader.readLong(descending)));
      case UUID -> value.setUuidValue(reader.readFixed(KeyValues.UUID_BYTES, descending));
      case STRING -> value.setStringValueBytes(text(reader.readEscaped(descending)));
      case BYTES -> value.setBytesValue(reader.readEscaped(descending));
    }
    return value.build();
  }

  private static boolean bool(byte stored) throws MalformedKeyException {
    if (stored != 0 && stored != 1) {
      throw new MalformedKeyException("a BOOL of a key is " + stored);
    }
    return stored == 1;
  }

  private static double number(long stored) throws MalformedKeyException {
    double value = KeyValues.unordered(stored);
    if (Double.isNaN(value) || Double.doubleToRawLongBits(value) == Long.MIN_VALUE) {
      throw new MalformedKeyException("a DOUBLE of a key is NaN or -0.0");
    }
    return value;
  }

  private static ByteString text(ByteString bytes) throws MalformedKeyException {
    if (!bytes.isValidUtf8()) {
      throw new MalformedKeyException("a STRING of a key is not UTF-8");
    }
    return bytes;
  }
}
