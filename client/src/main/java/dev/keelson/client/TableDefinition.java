package dev.keelson.client;

import dev.keelson.proto.v1.ClusteringColumn;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * A table: typed columns and a primary key. Rows with equal values in the partition columns lie
 * together, in the order of the clustering columns. Immutable.
 *
 * <pre>{@code
 * TableDefinition flights =
 *     TableDefinition.parse(
 *         "flights (origin STRING, departure TIMESTAMP, line INT64, delay_minutes INT64,"
 *             + " PRIMARY KEY ((origin), departure DESC, line))");
 * }</pre>
 *
 * @param keyspace empty means the default keyspace, {@code main}
 * @param partitionColumns what decides the shard; at least one
 * @param clusteringColumns the order within a partition; may be empty
 */
public record TableDefinition(
    String keyspace,
    String name,
    List<Column> columns,
    List<String> partitionColumns,
    List<Clustering> clusteringColumns) {

  /** A column; those of the primary key never hold NULL, stated or not. */
  public record Column(String name, ColumnType type, boolean notNull) {}

  /** A column of the primary key behind the partition columns. */
  public record Clustering(String column, boolean descending) {}

  public TableDefinition {
    columns = List.copyOf(columns);
    partitionColumns = List.copyOf(partitionColumns);
    clusteringColumns = List.copyOf(clusteringColumns);
  }

  /**
   * Reads {@code [keyspace.]name (column TYPE [NOT NULL], …, PRIMARY KEY ((partition columns),
   * clustering column [ASC|DESC], …))}; {@code CREATE TABLE} in front is fine.
   *
   * @throws IllegalArgumentException with the place and what was expected there
   */
  public static TableDefinition parse(String text) {
    return new TableText(text).read();
  }

  public static Builder named(String name) {
    return new Builder(name);
  }

  /** The columns of the primary key, in its order. */
  public List<String> primaryKey() {
    List<String> key = new ArrayList<>(partitionColumns);
    clusteringColumns.forEach(clustering -> key.add(clustering.column()));
    return List.copyOf(key);
  }

  public Optional<Column> column(String column) {
    return columns.stream().filter(it -> it.name().equals(column)).findFirst();
  }

  /** The text that {@link #parse} reads. */
  @Override
  public String toString() {
    String body = columns.stream().map(TableDefinition::text).collect(Collectors.joining(", "));
    String clustering =
        clusteringColumns.stream()
            .map(it -> ", " + it.column() + (it.descending() ? " DESC" : ""))
            .collect(Collectors.joining());
    return (keyspace.isEmpty() ? "" : keyspace + ".")
        + name
        + " ("
        + body
        + ", PRIMARY KEY (("
        + String.join(", ", partitionColumns)
        + ")"
        + clustering
        + "))";
  }

  private static String text(Column column) {
    return column.name() + " " + column.type() + (column.notNull() ? " NOT NULL" : "");
  }

  dev.keelson.proto.v1.TableDefinition toProto() {
    var builder = dev.keelson.proto.v1.TableDefinition.newBuilder();
    builder.setKeyspace(keyspace).setName(name).addAllPartitionColumns(partitionColumns);
    for (Column column : columns) {
      builder.addColumns(
          dev.keelson.proto.v1.Column.newBuilder()
              .setName(column.name())
              .setType(dev.keelson.proto.v1.ColumnType.valueOf(column.type().name()))
              .setNotNull(column.notNull()));
    }
    for (Clustering clustering : clusteringColumns) {
      builder.addClusteringColumns(
          ClusteringColumn.newBuilder()
              .setName(clustering.column())
              .setDescending(clustering.descending()));
    }
    return builder.build();
  }

  static TableDefinition fromProto(dev.keelson.proto.v1.TableDefinition table) {
    return new TableDefinition(
        table.getKeyspace(),
        table.getName(),
        table.getColumnsList().stream()
            .map(it -> new Column(it.getName(), type(it), it.getNotNull()))
            .toList(),
        table.getPartitionColumnsList(),
        table.getClusteringColumnsList().stream()
            .map(it -> new Clustering(it.getName(), it.getDescending()))
            .toList());
  }

  private static ColumnType type(dev.keelson.proto.v1.Column column) {
    return switch (column.getType()) {
      case BOOL -> ColumnType.BOOL;
      case INT64 -> ColumnType.INT64;
      case DOUBLE -> ColumnType.DOUBLE;
      case STRING -> ColumnType.STRING;
      case BYTES -> ColumnType.BYTES;
      case UUID -> ColumnType.UUID;
      case TIMESTAMP -> ColumnType.TIMESTAMP;
      case DATE -> ColumnType.DATE;
      case COLUMN_TYPE_UNSPECIFIED, UNRECOGNIZED ->
          throw Failures.garbage(
              "a column " + column.getName() + " of a type that this client does not know");
    };
  }

  /** Builds a definition column by column. Not thread-safe. */
  public static final class Builder {
    private final String name;
    private String keyspace = "";
    private final List<Column> columns = new ArrayList<>();
    private final List<String> partition = new ArrayList<>();
    private final List<Clustering> clustering = new ArrayList<>();

    private Builder(String name) {
      this.name = name;
    }

    public Builder keyspace(String keyspace) {
      this.keyspace = keyspace;
      return this;
    }

    /** A column that may be NULL. */
    public Builder column(String column, ColumnType type) {
      columns.add(new Column(column, type, false));
      return this;
    }

    public Builder notNull(String column, ColumnType type) {
      columns.add(new Column(column, type, true));
      return this;
    }

    /** The columns whose values decide the partition, in their order. */
    public Builder partitionBy(String... partitionColumns) {
      partition.addAll(List.of(partitionColumns));
      return this;
    }

    /** The next clustering column, smallest values first. */
    public Builder ascending(String column) {
      clustering.add(new Clustering(column, false));
      return this;
    }

    /** The next clustering column, largest values first. */
    public Builder descending(String column) {
      clustering.add(new Clustering(column, true));
      return this;
    }

    /**
     * @throws IllegalArgumentException if there is no partition column, or the key names a column
     *     that is not there
     */
    public TableDefinition build() {
      var definition = new TableDefinition(keyspace, name, columns, partition, clustering);
      if (partition.isEmpty()) {
        throw new IllegalArgumentException(
            "the table " + name + " needs a primary key: PRIMARY KEY ((partition columns), …)");
      }
      for (String column : definition.primaryKey()) {
        if (definition.column(column).isEmpty()) {
          throw new IllegalArgumentException(
              "the primary key of "
                  + name
                  + " names the column "
                  + column
                  + ", which is not there");
        }
      }
      return definition;
    }
  }
}
