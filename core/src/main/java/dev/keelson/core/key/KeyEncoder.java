package dev.keelson.core.key;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import dev.keelson.core.error.ErrorCode;
import dev.keelson.core.schema.ColumnType;
import dev.keelson.core.schema.KeyColumn;
import dev.keelson.core.schema.RowValues;
import dev.keelson.core.schema.TableSchema;
import dev.keelson.proto.v1.Value;
import java.util.List;

/** Encodes the primary keys of a table, and ranges of them. Immutable and cheap to make. */
public final class KeyEncoder {
  private final TableSchema schema;
  private final int greatestKeyBytes;

  /**
   * @param greatestKeyBytes KEY_TOO_LARGE is thrown for a longer key
   */
  public KeyEncoder(TableSchema schema, int greatestKeyBytes) {
    this.schema = schema;
    this.greatestKeyBytes = greatestKeyBytes;
  }

  /** The key of a row; NULL_IN_KEY when a column of the primary key is missing. */
  public RowKey encode(RowValues row) {
    List<KeyColumn> columns = schema.keyColumns();
    int size = RowKey.TABLE_BYTES + RowKey.SUFFIX_BYTES;
    for (int i = 0; i < columns.size(); i++) {
      size += size(columns.get(i), row.value(columns.get(i).position()));
      checkSize(size);
    }
    byte[] bytes = new byte[size];
    int at = KeyValues.writeInt(bytes, 0, schema.id());
    int partitionColumns = schema.partitionColumns().size();
    int partitionEnd = at;
    for (int i = 0; i < columns.size(); i++) {
      KeyColumn column = columns.get(i);
      at = write(bytes, at, column, row.value(column.position()));
      if (i + 1 == partitionColumns) {
        partitionEnd = at;
      }
    }
    int partitionLength = partitionEnd - RowKey.TABLE_BYTES;
    bytes[at] = (byte) (partitionLength >>> 8);
    bytes[at + 1] = (byte) partitionLength;
    return new RowKey(UnsafeByteOperations.unsafeWrap(bytes));
  }

  /**
   * The keys of one partition.
   *
   * @param row names the partition columns
   */
  public Partition partition(RowValues row) {
    int size = RowKey.TABLE_BYTES;
    for (KeyColumn column : schema.partitionColumns()) {
      size += size(column, row.value(column.position()));
      checkSize(size);
    }
    byte[] bytes = new byte[size];
    int at = KeyValues.writeInt(bytes, 0, schema.id());
    for (KeyColumn column : schema.partitionColumns()) {
      at = write(bytes, at, column, row.value(column.position()));
    }
    return new Partition(
        UnsafeByteOperations.unsafeWrap(bytes),
        PartitionHash.of(bytes, RowKey.TABLE_BYTES, bytes.length));
  }

  /**
   * The beginning of the keys in a partition whose first clustering columns have these values.
   *
   * @param values for the first clustering columns, in their order
   */
  public ByteString prefix(Partition partition, List<Value> values) {
    List<KeyColumn> columns = schema.clusteringColumns();
    if (values.size() > columns.size()) {
      throw ErrorCode.INVALID_REQUEST.because(
          "A bound has %d values, but table %s has %d clustering columns"
              .formatted(values.size(), schema.fullName(), columns.size()));
    }
    int size = partition.prefix().size();
    for (int i = 0; i < values.size(); i++) {
      RowValues.checkType(schema, columns.get(i).column(), values.get(i));
      size += size(columns.get(i), values.get(i));
      checkSize(size);
    }
    byte[] bytes = new byte[size];
    partition.prefix().copyTo(bytes, 0);
    int at = partition.prefix().size();
    for (int i = 0; i < values.size(); i++) {
      at = write(bytes, at, columns.get(i), values.get(i));
    }
    return UnsafeByteOperations.unsafeWrap(bytes);
  }

  /** All keys of a table. */
  public static KeyRange table(TableSchema schema) {
    byte[] bytes = new byte[RowKey.TABLE_BYTES];
    KeyValues.writeInt(bytes, 0, schema.id());
    return KeyRange.ofPrefix(UnsafeByteOperations.unsafeWrap(bytes));
  }

  /**
   * The keys of a partition of a table.
   *
   * @param prefix table id and encoded partition columns: the beginning of all its keys
   */
  public record Partition(ByteString prefix, int hash) {
    public KeyRange range() {
      return KeyRange.ofPrefix(prefix);
    }
  }

  private int size(KeyColumn column, Value value) {
    if (value.getKindCase() == Value.KindCase.KIND_NOT_SET) {
      throw ErrorCode.NULL_IN_KEY.because(
          "Column %s of the primary key of table %s has no value"
              .formatted(column.column().name(), schema.fullName()));
    }
    if (column.column().type() == ColumnType.DOUBLE && Double.isNaN(value.getDoubleValue())) {
      throw ErrorCode.INVALID_REQUEST.because(
          "Column %s of the primary key is NaN, which has no place in an order"
              .formatted(column.column().name()));
    }
    return KeyValues.size(column.column().type(), value);
  }

  private static int write(byte[] to, int at, KeyColumn column, Value value) {
    return KeyValues.write(to, at, column.column().type(), value, column.descending());
  }

  private void checkSize(int size) {
    if (size > greatestKeyBytes || size > RowKey.GREATEST_PARTITION) {
      throw ErrorCode.KEY_TOO_LARGE.because(
          "A key of table %s has more than %d bytes"
              .formatted(schema.fullName(), greatestKeyBytes));
    }
  }
}
