package dev.keelson.client.cli;

import dev.keelson.client.KeelsonClient;
import dev.keelson.client.Row;
import dev.keelson.client.Table;
import dev.keelson.client.TableDefinition;
import dev.keelson.client.TableDefinition.Column;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A table together with its definition, by which what was typed becomes values. */
record TypedTable(Table table, TableDefinition definition) {
  static TypedTable open(KeelsonClient client, String text) {
    TableName name = TableName.parse(text);
    return new TypedTable(
        client.table(name.keyspace(), name.table()),
        client.schema().table(name.keyspace(), name.table()));
  }

  TypedTable withTimeout(Duration timeout) {
    return new TypedTable(table.withTimeout(timeout), definition);
  }

  /** A value for each column of the primary key. */
  Row key(List<String> texts) {
    return values("the primary key", definition.primaryKey(), texts);
  }

  /** A value for each partition column. */
  Row partition(List<String> texts) {
    return values("the partition", definition.partitionColumns(), texts);
  }

  private Row values(String what, List<String> columns, List<String> texts) {
    if (columns.size() != texts.size()) {
      throw new UserException(
          what
              + " of "
              + definition.name()
              + " is "
              + String.join(", ", columns)
              + ": give "
              + columns.size()
              + (columns.size() == 1 ? " value" : " values")
              + ", not "
              + texts.size());
    }
    Row row = Row.empty();
    for (int i = 0; i < columns.size(); i++) {
      row = row.with(columns.get(i), ValueText.parse(texts.get(i), column(columns.get(i))));
    }
    return row;
  }

  /** Values for the first clustering columns. */
  Object[] bound(List<String> texts) {
    int most = definition.clusteringColumns().size();
    if (texts.size() > most) {
      throw new UserException(
          "a bound of "
              + definition.name()
              + " has at most "
              + most
              + " values, not "
              + texts.size());
    }
    Object[] values = new Object[texts.size()];
    for (int i = 0; i < values.length; i++) {
      String name = definition.clusteringColumns().get(i).column();
      values[i] = ValueText.parse(texts.get(i), column(name));
    }
    return values;
  }

  /** What {@code column=value} pairs say. */
  Row cells(List<String> pairs) {
    Row row = Row.empty();
    for (String pair : pairs) {
      int equals = pair.indexOf('=');
      if (equals <= 0) {
        throw new UserException("`" + pair + "` is no COLUMN=VALUE");
      }
      String name = pair.substring(0, equals);
      row = row.with(name, ValueText.parse(pair.substring(equals + 1), column(name)));
    }
    return row;
  }

  Column column(String name) {
    return ValueText.column(definition, name);
  }

  List<String> columns() {
    return definition.columns().stream().map(Column::name).toList();
  }

  static List<@Nullable Object> values(Row row, List<String> columns) {
    List<@Nullable Object> values = new ArrayList<>(columns.size());
    for (String column : columns) {
      values.add(row.value(column).orElse(null));
    }
    return values;
  }
}
