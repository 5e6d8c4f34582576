package dev.keelson.core.schema;

import dev.keelson.core.error.DatabaseException;
import dev.keelson.core.error.ErrorCode;
import dev.keelson.core.limit.Limits;
import dev.keelson.proto.v1.ClusteringColumn;
import dev.keelson.proto.v1.Column;
import dev.keelson.proto.v1.TableDefinition;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** What a table's definition must fulfil before the table is created. */
final class DefinitionRules {
  private DefinitionRules() {}

  static void check(TableDefinition definition, Limits limits) {
    Names.checkTable(definition.getName());
    checkColumns(definition, limits);
    checkKey(definition, limits);
  }

  static List<String> keyColumnsOf(TableDefinition definition) {
    List<String> names = new ArrayList<>(definition.getPartitionColumnsList());
    definition.getClusteringColumnsList().stream()
        .map(ClusteringColumn::getName)
        .forEach(names::add);
    return names;
  }

  private static void checkColumns(TableDefinition definition, Limits limits) {
    if (definition.getColumnsCount() > limits.columns()) {
      throw ErrorCode.TOO_MANY_COLUMNS.because(
          "Table %s has %d columns, but %d are allowed"
              .formatted(definition.getName(), definition.getColumnsCount(), limits.columns()));
    }
    Set<String> names = new HashSet<>();
    for (Column column : definition.getColumnsList()) {
      Names.checkColumn(column.getName());
      if (!names.add(column.getName())) {
        throw invalid(definition, "has two columns named " + column.getName());
      }
      if (!ColumnType.isKnown(column.getTypeValue())) {
        throw invalid(definition, "must give column " + column.getName() + " a type");
      }
    }
  }

  private static void checkKey(TableDefinition definition, Limits limits) {
    if (definition.getPartitionColumnsCount() == 0) {
      throw invalid(definition, "needs at least one partition column in its primary key");
    }
    List<String> key = keyColumnsOf(definition);
    if (key.size() > limits.keyColumns()) {
      throw invalid(
          definition,
          "has %d columns in its primary key, but %d are allowed"
              .formatted(key.size(), limits.keyColumns()));
    }
    Set<String> seen = new HashSet<>();
    for (String name : key) {
      if (definition.getColumnsList().stream().noneMatch(it -> it.getName().equals(name))) {
        throw invalid(
            definition,
            "names '%s' in its primary key, which is none of its columns"
                .formatted(Names.shortened(name)));
      }
      if (!seen.add(name)) {
        throw invalid(definition, "names " + name + " twice in its primary key");
      }
    }
  }

  private static DatabaseException invalid(TableDefinition definition, String what) {
    return ErrorCode.INVALID_DEFINITION.because("Table " + definition.getName() + " " + what);
  }
}
