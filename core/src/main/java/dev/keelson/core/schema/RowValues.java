package dev.keelson.core.schema;

import dev.keelson.core.error.ErrorCode;
import dev.keelson.proto.v1.Cell;
import dev.keelson.proto.v1.Tuple;
import dev.keelson.proto.v1.Value;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Values for some columns of a table, by position, each of its column's type. A column is named
 * with a value, named with NULL, or not named.
 */
public final class RowValues {
  private static final int UUID_BYTES = 16;

  private final TableSchema schema;
  private final @Nullable Value[] values;

  private RowValues(TableSchema schema) {
    this.schema = schema;
    this.values = new Value[schema.columns().size()];
  }

  /** The cells of a request; refuses unknown and repeated columns and wrong types. */
  public static RowValues of(TableSchema schema, List<Cell> cells) {
    RowValues row = new RowValues(schema);
    // By index: an iterator for each write is garbage on the hot path.
    for (int i = 0; i < cells.size(); i++) {
      Cell cell = cells.get(i);
      row.set(schema.position(cell.getColumn()), cell.getValue());
    }
    return row;
  }

  /**
   * The values of a tuple.
   *
   * @param positions of the columns that the values are for
   */
  public static RowValues of(TableSchema schema, List<Integer> positions, Tuple tuple) {
    if (tuple.getValuesCount() != positions.size()) {
      throw ErrorCode.INVALID_REQUEST.because(
          "A row has %d values for %d columns".formatted(tuple.getValuesCount(), positions.size()));
    }
    RowValues row = new RowValues(schema);
    for (int i = 0; i < positions.size(); i++) {
      row.set(positions.get(i), tuple.getValues(i));
    }
    return row;
  }

  public TableSchema schema() {
    return schema;
  }

  /** Whether the column was named, be it with NULL. */
  public boolean names(int position) {
    return values[position] != null;
  }

  /** The value of a column; NULL (a value without a kind) also when it was not named. */
  public Value value(int position) {
    Value value = values[position];
    return value == null ? Value.getDefaultInstance() : value;
  }

  public boolean isNull(int position) {
    return value(position).getKindCase() == Value.KindCase.KIND_NOT_SET;
  }

  private void set(int position, Value value) {
    if (values[position] != null) {
      throw ErrorCode.INVALID_REQUEST.because(
          "Column %s is named twice".formatted(schema.column(position).name()));
    }
    checkType(schema, schema.column(position), value);
    values[position] = value;
  }

  /** Refuses a value that is neither NULL nor of the column's type. */
  public static void checkType(TableSchema schema, Column column, Value value) {
    if (value.getKindCase() == Value.KindCase.KIND_NOT_SET) {
      return;
    }
    if (value.getKindCase() != column.type().kind()) {
      throw ErrorCode.TYPE_MISMATCH.because(
          "Column %s of table %s is %s, but the value is %s"
              .formatted(
                  column.name(), schema.fullName(), column.type(), ColumnType.nameOf(value)));
    }
    if (column.type() == ColumnType.UUID && value.getUuidValue().size() != UUID_BYTES) {
      throw ErrorCode.TYPE_MISMATCH.because(
          "Column %s is a UUID of %d bytes, but the value has %d"
              .formatted(column.name(), UUID_BYTES, value.getUuidValue().size()));
    }
  }
}
