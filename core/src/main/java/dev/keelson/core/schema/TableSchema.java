package dev.keelson.core.schema;

import dev.keelson.core.error.ErrorCode;
import dev.keelson.core.limit.Limits;
import dev.keelson.proto.internal.v1.ClusteringColumnRecord;
import dev.keelson.proto.internal.v1.ColumnRecord;
import dev.keelson.proto.internal.v1.TableRecord;
import dev.keelson.proto.v1.ClusteringColumn;
import dev.keelson.proto.v1.Table;
import dev.keelson.proto.v1.TableDefinition;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * A table: its columns in the order of their ids, and its primary key. Immutable. A column's
 * position counts from 0 in that order.
 */
public final class TableSchema {
  private final TableRecord record;
  private final List<Column> columns;
  private final List<KeyColumn> partitionColumns;
  private final List<KeyColumn> clusteringColumns;
  private final List<KeyColumn> keyColumns;
  private final Map<String, Integer> positions = new HashMap<>();
  private final boolean[] inKey;

  private TableSchema(TableRecord record) {
    this.record = record;
    columns =
        record.getColumnsList().stream()
            .map(it -> new Column(it.getId(), it.getName(), typeOf(it), it.getNotNull()))
            .toList();
    for (int position = 0; position < columns.size(); position++) {
      positions.put(columns.get(position).name(), position);
    }
    partitionColumns =
        record.getPartitionColumnsList().stream().map(it -> keyColumn(it, false)).toList();
    clusteringColumns =
        record.getClusteringColumnsList().stream()
            .map(it -> keyColumn(it.getName(), it.getDescending()))
            .toList();
    keyColumns = Stream.concat(partitionColumns.stream(), clusteringColumns.stream()).toList();
    inKey = new boolean[columns.size()];
    keyColumns.forEach(it -> inKey[it.position()] = true);
    checkStructure();
  }

  /** A new table; refuses a definition that breaks a rule with a sentence that says which. */
  public static TableSchema define(
      int id, int keyspaceId, TableDefinition definition, Limits limits) {
    DefinitionRules.check(definition, limits);
    TableRecord.Builder record =
        TableRecord.newBuilder()
            .setId(id)
            .setKeyspaceId(keyspaceId)
            .setKeyspace(Names.keyspaceOrDefault(definition.getKeyspace()))
            .setName(definition.getName())
            .addAllPartitionColumns(definition.getPartitionColumnsList());
    List<String> key = DefinitionRules.keyColumnsOf(definition);
    for (int i = 0; i < definition.getColumnsCount(); i++) {
      dev.keelson.proto.v1.Column column = definition.getColumns(i);
      record.addColumns(
          ColumnRecord.newBuilder()
              .setId(i + 1)
              .setName(column.getName())
              .setType(column.getTypeValue())
              .setNotNull(column.getNotNull() || key.contains(column.getName())));
    }
    for (ClusteringColumn column : definition.getClusteringColumnsList()) {
      record.addClusteringColumns(
          ClusteringColumnRecord.newBuilder()
              .setName(column.getName())
              .setDescending(column.getDescending()));
    }
    return new TableSchema(record.build());
  }

  /** The table that was stored; throws IllegalArgumentException when the record is damaged. */
  public static TableSchema fromRecord(TableRecord record) {
    return new TableSchema(record);
  }

  public TableRecord toRecord() {
    return record;
  }

  public TableDefinition toDefinition() {
    TableDefinition.Builder definition =
        TableDefinition.newBuilder()
            .setKeyspace(keyspace())
            .setName(name())
            .addAllPartitionColumns(record.getPartitionColumnsList());
    for (Column column : columns) {
      definition.addColumns(
          dev.keelson.proto.v1.Column.newBuilder()
              .setName(column.name())
              .setType(column.type().toProto())
              .setNotNull(column.notNull()));
    }
    for (KeyColumn column : clusteringColumns) {
      definition.addClusteringColumns(
          ClusteringColumn.newBuilder()
              .setName(column.column().name())
              .setDescending(column.descending()));
    }
    return definition.build();
  }

  public Table toTable() {
    return Table.newBuilder().setDefinition(toDefinition()).setId(id()).build();
  }

  public int id() {
    return record.getId();
  }

  public int keyspaceId() {
    return record.getKeyspaceId();
  }

  public String keyspace() {
    return record.getKeyspace();
  }

  public String name() {
    return record.getName();
  }

  /** Keyspace and name, for messages. */
  public String fullName() {
    return keyspace() + "." + name();
  }

  public List<Column> columns() {
    return columns;
  }

  public Column column(int position) {
    return columns.get(position);
  }

  /** The columns whose hash picks the shard. */
  public List<KeyColumn> partitionColumns() {
    return partitionColumns;
  }

  /** The columns that order the rows of a partition. */
  public List<KeyColumn> clusteringColumns() {
    return clusteringColumns;
  }

  /** Partition columns, then clustering columns. */
  public List<KeyColumn> keyColumns() {
    return keyColumns;
  }

  public boolean inKey(int position) {
    return inKey[position];
  }

  /** Where a column is; COLUMN_NOT_FOUND when the table has none of that name. */
  public int position(String column) {
    Integer position = positions.get(column);
    if (position == null) {
      throw ErrorCode.COLUMN_NOT_FOUND.because(
          "Table %s has no column '%s'".formatted(fullName(), Names.shortened(column)));
    }
    return position;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof TableSchema that && record.equals(that.record);
  }

  @Override
  public int hashCode() {
    return record.hashCode();
  }

  @Override
  public String toString() {
    return "table " + fullName() + " (" + id() + ")";
  }

  private KeyColumn keyColumn(String name, boolean descending) {
    Integer position = positions.get(name);
    if (position == null) {
      throw damaged("key column '" + name + "' is no column");
    }
    return new KeyColumn(columns.get(position), position, descending);
  }

  private ColumnType typeOf(ColumnRecord column) {
    if (!ColumnType.isKnown(column.getType())) {
      throw damaged("column '" + column.getName() + "' has the unknown type " + column.getType());
    }
    return ColumnType.of(column.getType());
  }

  private void checkStructure() {
    if (id() < 1 || keyspaceId() < 0) {
      throw damaged("ids must be positive");
    }
    if (partitionColumns.isEmpty() || positions.size() != columns.size()) {
      throw damaged("it needs partition columns, and columns of different names");
    }
    if (keyColumns.stream().map(KeyColumn::position).distinct().count() != keyColumns.size()
        || keyColumns.stream().anyMatch(it -> !it.column().notNull())) {
      throw damaged("key columns must differ and be NOT NULL");
    }
    // Rows hold columns in the order of their ids, and are read in the order of positions.
    if (IntStream.range(1, columns.size())
        .anyMatch(it -> columns.get(it - 1).id() >= columns.get(it).id())) {
      throw damaged("column ids must grow");
    }
  }

  private IllegalArgumentException damaged(String why) {
    return new IllegalArgumentException(
        "record of table " + fullName() + " (" + id() + ") is damaged: " + why);
  }
}
