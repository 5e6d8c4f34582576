package dev.keelson.coordination;

import dev.keelson.core.schema.TableSchema;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/** All keyspaces and tables, as they were at one moment. Immutable. */
public final class Catalog {
  public static final Catalog EMPTY = new Catalog(List.of(), List.of());

  private final Map<String, Keyspace> keyspaces;
  private final Map<TableName, TableSchema> tables;
  private final Map<Integer, TableSchema> tablesById;

  private record TableName(String keyspace, String table) {}

  Catalog(Collection<Keyspace> keyspaces, Collection<TableSchema> tables) {
    this.keyspaces = index(keyspaces, Keyspace::name);
    this.tables = index(tables, table -> new TableName(table.keyspace(), table.name()));
    this.tablesById = index(tables, TableSchema::id);
  }

  private static <K, V> Map<K, V> index(Collection<V> values, Function<V, K> key) {
    return values.stream()
        .collect(Collectors.toUnmodifiableMap(key, Function.identity(), (first, second) -> second));
  }

  public Optional<Keyspace> keyspace(String name) {
    return Optional.ofNullable(keyspaces.get(name));
  }

  public Optional<TableSchema> table(String keyspace, String name) {
    return Optional.ofNullable(tables.get(new TableName(keyspace, name)));
  }

  public Optional<TableSchema> table(int id) {
    return Optional.ofNullable(tablesById.get(id));
  }

  /** By name. */
  public List<Keyspace> keyspaces() {
    return keyspaces.values().stream().sorted(Comparator.comparing(Keyspace::name)).toList();
  }

  /** By keyspace and name. */
  public List<TableSchema> tables() {
    return tables.values().stream().sorted(Comparator.comparing(TableSchema::fullName)).toList();
  }

  /** The tables of one keyspace by name. */
  public List<TableSchema> tablesOf(String keyspace) {
    return tables().stream().filter(table -> table.keyspace().equals(keyspace)).toList();
  }
}
