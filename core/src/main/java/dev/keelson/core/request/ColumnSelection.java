package dev.keelson.core.request;

import com.google.protobuf.ByteString;
import dev.keelson.core.error.ErrorCode;
import dev.keelson.core.key.KeyDecoder;
import dev.keelson.core.key.MalformedKeyException;
import dev.keelson.core.row.MalformedRowException;
import dev.keelson.core.row.RowCursor;
import dev.keelson.core.schema.Column;
import dev.keelson.core.schema.KeyColumn;
import dev.keelson.core.schema.TableSchema;
import dev.keelson.proto.v1.Cell;
import dev.keelson.proto.v1.Tuple;
import dev.keelson.proto.v1.Value;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The columns that an answer has, in its order; reads them from stored rows. Immutable. */
public final class ColumnSelection {
  private static final int NOT_SELECTED = -1;

  private final TableSchema schema;
  private final List<String> names;
  private final KeyDecoder keyDecoder;

  /** By position of a column: its place in the answer. */
  private final int[] places;

  private final boolean selectsKey;
  private final boolean selectsRow;

  private ColumnSelection(TableSchema schema, List<String> names) {
    this.schema = schema;
    this.names = names;
    this.keyDecoder = new KeyDecoder(schema);
    this.places = new int[schema.columns().size()];
    Arrays.fill(places, NOT_SELECTED);
    boolean fromKey = false;
    boolean fromRow = false;
    for (int place = 0; place < names.size(); place++) {
      int position = schema.position(names.get(place));
      if (places[position] != NOT_SELECTED) {
        throw ErrorCode.INVALID_REQUEST.because(
            "Column " + names.get(place) + " is asked for twice");
      }
      places[position] = place;
      fromKey |= schema.inKey(position);
      fromRow |= !schema.inKey(position);
    }
    selectsKey = fromKey;
    selectsRow = fromRow;
  }

  /**
   * @param names empty means all columns
   */
  public static ColumnSelection of(TableSchema schema, List<String> names) {
    return new ColumnSelection(
        schema,
        names.isEmpty()
            ? schema.columns().stream().map(Column::name).toList()
            : List.copyOf(names));
  }

  public List<String> names() {
    return names;
  }

  /** The selected columns of a row with their names; NULL has no kind. */
  public List<Cell> cells(ByteString key, ByteString row) {
    Value[] values = values(key, row);
    List<Cell> cells = new ArrayList<>(values.length);
    for (int i = 0; i < values.length; i++) {
      cells.add(Cell.newBuilder().setColumn(names.get(i)).setValue(values[i]).build());
    }
    return cells;
  }

  /** The selected columns of a row in the order of {@link #names}. */
  public Tuple tuple(ByteString key, ByteString row) {
    return Tuple.newBuilder().addAllValues(Arrays.asList(values(key, row))).build();
  }

  private Value[] values(ByteString key, ByteString row) {
    Value[] values = new Value[names.size()];
    Arrays.fill(values, Value.getDefaultInstance());
    try {
      if (selectsKey) {
        readKey(key, values);
      }
      if (selectsRow) {
        readRow(row, values);
      }
    } catch (MalformedKeyException | MalformedRowException e) {
      throw ErrorCode.DATA_CORRUPTED.because(
          "A stored row of table %s cannot be read: %s"
              .formatted(schema.fullName(), e.getMessage()));
    }
    return values;
  }

  private void readKey(ByteString key, Value[] values) throws MalformedKeyException {
    List<Value> decoded = keyDecoder.decode(key);
    for (int i = 0; i < decoded.size(); i++) {
      KeyColumn column = schema.keyColumns().get(i);
      if (places[column.position()] != NOT_SELECTED) {
        values[places[column.position()]] = decoded.get(i);
      }
    }
  }

  /** Both the row's columns and the table's are in the order of their ids. */
  private void readRow(ByteString row, Value[] values) throws MalformedRowException {
    RowCursor cursor = new RowCursor(row);
    int position = 0;
    while (cursor.next()) {
      while (position < places.length && schema.column(position).id() < cursor.columnId()) {
        position++;
      }
      if (position < places.length
          && schema.column(position).id() == cursor.columnId()
          && places[position] != NOT_SELECTED) {
        values[places[position]] = cursor.value();
      }
    }
  }
}
