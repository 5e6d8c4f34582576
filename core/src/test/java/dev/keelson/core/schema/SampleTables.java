package dev.keelson.core.schema;

import dev.keelson.core.limit.Limits;
import dev.keelson.proto.v1.Cell;
import dev.keelson.proto.v1.ClusteringColumn;
import dev.keelson.proto.v1.TableDefinition;
import dev.keelson.proto.v1.Value;
import java.util.List;

/** Tables and values for tests. */
public final class SampleTables {
  private SampleTables() {}

  /**
   * flights: PRIMARY KEY ((origin), departure DESC, number), with a column of each kind of
   * nullness.
   */
  public static TableSchema flights() {
    return TableSchema.define(7, 3, flightsDefinition(), Limits.DEFAULTS);
  }

  public static TableDefinition flightsDefinition() {
    return TableDefinition.newBuilder()
        .setName("flights")
        .addColumns(column("origin", ColumnType.STRING))
        .addColumns(column("departure", ColumnType.TIMESTAMP))
        .addColumns(column("number", ColumnType.INT64))
        .addColumns(column("destination", ColumnType.STRING).toBuilder().setNotNull(true))
        .addColumns(column("delay", ColumnType.INT64))
        .addColumns(column("distance", ColumnType.DOUBLE))
        .addPartitionColumns("origin")
        .addClusteringColumns(
            ClusteringColumn.newBuilder().setName("departure").setDescending(true))
        .addClusteringColumns(ClusteringColumn.newBuilder().setName("number"))
        .build();
  }

  /** A table whose first {@code keyColumns} columns are its key, the first the partition. */
  public static TableSchema keyedBy(int id, List<ColumnType> keyTypes, List<Boolean> descending) {
    TableDefinition.Builder definition =
        TableDefinition.newBuilder().setName("t" + id).addPartitionColumns("c0");
    for (int i = 0; i < keyTypes.size(); i++) {
      definition.addColumns(column("c" + i, keyTypes.get(i)));
      if (i > 0) {
        definition.addClusteringColumns(
            ClusteringColumn.newBuilder().setName("c" + i).setDescending(descending.get(i)));
      }
    }
    return TableSchema.define(id, 1, definition.build(), Limits.DEFAULTS);
  }

  /** One nullable column {@code v} of a type beside the key {@code k}. */
  public static TableSchema valued(List<ColumnType> types) {
    TableDefinition.Builder definition =
        TableDefinition.newBuilder()
            .setName("valued")
            .addColumns(column("k", ColumnType.INT64))
            .addPartitionColumns("k");
    for (int i = 0; i < types.size(); i++) {
      definition.addColumns(column("v" + i, types.get(i)));
    }
    return TableSchema.define(1, 1, definition.build(), Limits.DEFAULTS);
  }

  public static dev.keelson.proto.v1.Column column(String name, ColumnType type) {
    return dev.keelson.proto.v1.Column.newBuilder().setName(name).setType(type.toProto()).build();
  }

  public static Cell cell(String column, Value value) {
    return Cell.newBuilder().setColumn(column).setValue(value).build();
  }

  public static Cell text(String column, String value) {
    return cell(column, Value.newBuilder().setStringValue(value).build());
  }

  public static Cell number(String column, long value) {
    return cell(column, Value.newBuilder().setInt64Value(value).build());
  }

  public static Cell real(String column, double value) {
    return cell(column, Value.newBuilder().setDoubleValue(value).build());
  }

  public static Cell instant(String column, long micros) {
    return cell(column, Value.newBuilder().setTimestampMicros(micros).build());
  }

  public static Cell nothing(String column) {
    return cell(column, Value.getDefaultInstance());
  }
}
