package dev.keelson.client;

import dev.keelson.proto.v1.Cell;
import dev.keelson.proto.v1.CellList;
import dev.keelson.proto.v1.Value;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Values by column name: a row, a primary key, or the columns to change. Immutable and thread-safe.
 *
 * <pre>{@code
 * Row atlanta = Row.of("code", "ATL").with("name", "Hartsfield").with("latitude", 33.64);
 * String name = atlanta.string("name");
 * }</pre>
 *
 * Two rows are equal when they have the same values in the same columns, in any order; the version
 * doesn't count.
 */
public final class Row {
  private static final Row EMPTY = new Row(RowHeader.of(List.of()), List.of(), 0);

  private final RowHeader header;
  private final List<Value> values;
  private final long version;

  Row(RowHeader header, List<Value> values, long version) {
    if (header.size() != values.size()) {
      throw Failures.garbage(
          "a row of " + values.size() + " values for " + header.size() + " columns");
    }
    this.header = header;
    this.values = values;
    this.version = version;
  }

  /** A row with no columns, to begin with. */
  public static Row empty() {
    return EMPTY;
  }

  /** A row with one column; go on with {@link #with}. See {@link ColumnType} for the classes. */
  public static Row of(String column, @Nullable Object value) {
    return EMPTY.with(column, value);
  }

  /** This row with one more column, or with another value in it. */
  public Row with(String column, @Nullable Object value) {
    Value converted = Values.toProto(value);
    int at = header.indexOf(column);
    List<Value> all = new ArrayList<>(values);
    if (at >= 0) {
      all.set(at, converted);
      return new Row(header, all, 0);
    }
    all.add(converted);
    return new Row(header.plus(column), all, 0);
  }

  static Row fromCells(List<Cell> cells, long version) {
    RowHeader header = RowHeader.of(cells.stream().map(Cell::getColumn).toList());
    return new Row(header, cells.stream().map(Cell::getValue).toList(), version);
  }

  List<Cell> toCells() {
    List<Cell> cells = new ArrayList<>(values.size());
    for (int i = 0; i < values.size(); i++) {
      cells.add(Cell.newBuilder().setColumn(header.name(i)).setValue(values.get(i)).build());
    }
    return cells;
  }

  CellList toCellList() {
    return CellList.newBuilder().addAllCells(toCells()).build();
  }

  /** The names of the columns, in their order. */
  public List<String> columns() {
    return header.names();
  }

  /** The row's version when it was read, growing with each change; 0 for a row made by hand. */
  public long version() {
    return version;
  }

  /** Whether the row has the column, be it NULL. */
  public boolean has(String column) {
    return header.indexOf(column) >= 0;
  }

  public boolean isNull(String column) {
    return at(column).getKindCase() == Value.KindCase.KIND_NOT_SET;
  }

  /** The value as the class that {@link ColumnType} names; empty when it is NULL. */
  public Optional<Object> value(String column) {
    return Optional.ofNullable(Values.fromProto(at(column)));
  }

  public boolean booleanValue(String column) {
    return at(column, Value.KindCase.BOOL_VALUE).getBoolValue();
  }

  public long longValue(String column) {
    return at(column, Value.KindCase.INT64_VALUE).getInt64Value();
  }

  public double doubleValue(String column) {
    return at(column, Value.KindCase.DOUBLE_VALUE).getDoubleValue();
  }

  public String string(String column) {
    return at(column, Value.KindCase.STRING_VALUE).getStringValue();
  }

  public byte[] bytes(String column) {
    return at(column, Value.KindCase.BYTES_VALUE).getBytesValue().toByteArray();
  }

  public UUID uuid(String column) {
    return Values.uuid(at(column, Value.KindCase.UUID_VALUE).getUuidValue());
  }

  public Instant timestamp(String column) {
    return Values.instant(at(column, Value.KindCase.TIMESTAMP_MICROS).getTimestampMicros());
  }

  public LocalDate date(String column) {
    return LocalDate.ofEpochDay(at(column, Value.KindCase.DATE_DAYS).getDateDays());
  }

  private Value at(String column, Value.KindCase kind) {
    Value value = at(column);
    if (value.getKindCase() == Value.KindCase.KIND_NOT_SET) {
      throw new IllegalStateException(
          "the column " + column + " is NULL: ask isNull first, or use value");
    }
    if (value.getKindCase() != kind) {
      throw new IllegalStateException(
          "the column "
              + column
              + " is a "
              + typeOf(value)
              + ", which the accessor that was"
              + " called does not give");
    }
    return value;
  }

  private Value at(String column) {
    int at = header.indexOf(column);
    if (at < 0) {
      throw new IllegalArgumentException(
          "the row has no column " + column + "; it has " + String.join(", ", columns()));
    }
    return values.get(at);
  }

  private static ColumnType typeOf(Value value) {
    return switch (value.getKindCase()) {
      case BOOL_VALUE -> ColumnType.BOOL;
      case INT64_VALUE -> ColumnType.INT64;
      case DOUBLE_VALUE -> ColumnType.DOUBLE;
      case STRING_VALUE -> ColumnType.STRING;
      case BYTES_VALUE -> ColumnType.BYTES;
      case UUID_VALUE -> ColumnType.UUID;
      case TIMESTAMP_MICROS -> ColumnType.TIMESTAMP;
      case DATE_DAYS -> ColumnType.DATE;
      case KIND_NOT_SET -> throw new IllegalStateException("NULL has no type");
    };
  }

  @Override
  public boolean equals(@Nullable Object other) {
    if (!(other instanceof Row row) || row.values.size() != values.size()) {
      return false;
    }
    for (int i = 0; i < values.size(); i++) {
      int at = row.header.indexOf(header.name(i));
      if (at < 0 || !row.values.get(at).equals(values.get(i))) {
        return false;
      }
    }
    return true;
  }

  @Override
  public int hashCode() {
    int hash = 0;
    for (int i = 0; i < values.size(); i++) {
      hash += header.name(i).hashCode() ^ values.get(i).hashCode();
    }
    return hash;
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder("{");
    for (int i = 0; i < values.size(); i++) {
      Object value = Values.fromProto(values.get(i));
      text.append(i == 0 ? "" : ", ").append(header.name(i)).append('=');
      text.append(value instanceof byte[] bytes ? Arrays.toString(bytes) : String.valueOf(value));
    }
    return text.append('}').toString();
  }
}
