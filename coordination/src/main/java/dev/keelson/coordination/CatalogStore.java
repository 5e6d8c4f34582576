package dev.keelson.coordination;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.keelson.coordination.MetadataStore.Change;
import dev.keelson.coordination.MetadataStore.Entry;
import dev.keelson.coordination.MetadataStore.Guard;
import dev.keelson.coordination.MetadataStore.Swap;
import dev.keelson.coordination.MetadataStore.SwapResult;
import dev.keelson.core.error.DatabaseException;
import dev.keelson.core.error.ErrorCode;
import dev.keelson.core.limit.Limits;
import dev.keelson.core.schema.DroppedTables;
import dev.keelson.core.schema.Names;
import dev.keelson.core.schema.TableSchema;
import dev.keelson.proto.internal.v1.CounterRecord;
import dev.keelson.proto.internal.v1.DroppedTablesRecord;
import dev.keelson.proto.internal.v1.KeyspaceRecord;
import dev.keelson.proto.internal.v1.TableRecord;
import dev.keelson.proto.v1.KeyspaceDefinition;
import dev.keelson.proto.v1.TableDefinition;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Creates and drops keyspaces and tables, and reads them as they are in the metadata store now.
 *
 * <p>Every change is one swap, guarded by the counter of what it makes: that gives ids which are
 * never used again, keeps the limits under concurrent creators, and lets a keyspace be dropped only
 * while nobody makes a table in it. All methods block and are for virtual threads; they fail with
 * {@link DatabaseException}.
 */
public final class CatalogStore {
  private static final int ATTEMPTS = 8;

  private final MetadataStore store;
  private final Limits limits;
  private final KeyspaceDefaults defaults;

  /** What a keyspace gets whose creator leaves it open. */
  public record KeyspaceDefaults(int shards, int replicationFactor) {}

  public CatalogStore(MetadataStore store, Limits limits, KeyspaceDefaults defaults) {
    this.store = store;
    this.limits = limits;
    this.defaults = defaults;
  }

  /** Creates a table; refuses what {@link TableSchema#define} refuses. */
  public TableSchema createTable(TableDefinition definition, boolean ifNotExists) {
    String keyspaceName = Names.keyspaceOrDefault(definition.getKeyspace());
    return settle(
        () -> {
          StoredKeyspace keyspace = requireKeyspace(keyspaceName);
          Counter counter = counter(MetadataKeys.TABLE_COUNTER);
          TableSchema table =
              TableSchema.define(
                  Math.toIntExact(counter.next), keyspace.value.id(), definition, limits);
          String key = MetadataKeys.table(keyspaceName, table.name());
          Optional<TableSchema> existing = readTable(key);
          if (existing.isPresent()) {
            return Attempt.done(existingTable(existing.get(), table, ifNotExists));
          }
          checkCount(MetadataKeys.TABLES, limits.tables(), ErrorCode.TOO_MANY_TABLES, "tables");
          Swap swap =
              new Swap(
                  List.of(keyspace.guard(), new Guard(key, 0), counter.guard()),
                  List.of(
                      new Change.Put(key, table.toRecord().toByteString()), counter.increment()));
          return attempt(
              swap, table, () -> readTable(key).filter(it -> it.id() == table.id()).isPresent());
        });
  }

  private static TableSchema existingTable(
      TableSchema existing, TableSchema wanted, boolean ifNotExists) {
    if (ifNotExists && existing.toDefinition().equals(wanted.toDefinition())) {
      return existing;
    }
    throw ErrorCode.TABLE_EXISTS.because(
        ifNotExists
            ? "There is a table " + existing.fullName() + " with another definition"
            : "There is a table " + existing.fullName() + " already");
  }

  /**
   * Drops a table.
   *
   * @return whether there was one; without {@code ifExists} there was
   */
  public boolean dropTable(String keyspace, String name, boolean ifExists) {
    String keyspaceName = Names.keyspaceOrDefault(keyspace);
    String key = tableKey(keyspaceName, name);
    return settle(
        () -> {
          Optional<Entry> entry = get(key);
          if (entry.isEmpty()) {
            if (ifExists) {
              return Attempt.done(false);
            }
            throw tableNotFound(keyspaceName, name);
          }
          return attempt(drop(entry.get()), true, () -> get(key).isEmpty());
        });
  }

  /** The table's id is noted in the same swap, so that its rows are removed, and only they. */
  private Swap drop(Entry entry) {
    Optional<Entry> before = get(MetadataKeys.DROPPED_TABLES);
    DroppedTables dropped =
        before.map(CatalogStore::droppedTables).orElse(DroppedTables.NONE).with(table(entry).id());
    return new Swap(
        List.of(
            new Guard(entry.key(), entry.modRevision()),
            new Guard(MetadataKeys.DROPPED_TABLES, before.map(Entry::modRevision).orElse(0L))),
        List.of(
            new Change.Delete(entry.key()),
            new Change.Put(MetadataKeys.DROPPED_TABLES, dropped.toRecord().toByteString())));
  }

  private static DroppedTables droppedTables(Entry entry) {
    try {
      return DroppedTables.fromRecord(DroppedTablesRecord.parseFrom(entry.value()));
    } catch (InvalidProtocolBufferException | IllegalArgumentException e) {
      throw damaged(entry, e);
    }
  }

  public TableSchema describeTable(String keyspace, String name) {
    String keyspaceName = Names.keyspaceOrDefault(keyspace);
    return readTable(tableKey(keyspaceName, name))
        .orElseThrow(() -> tableNotFound(keyspaceName, name));
  }

  /** The tables of a keyspace, or with an empty name of all. */
  public List<TableSchema> listTables(String keyspace) {
    if (!keyspace.isEmpty()) {
      requireKeyspace(keyspace);
    }
    return list(keyspace.isEmpty() ? MetadataKeys.TABLES : MetadataKeys.tablesOf(keyspace)).stream()
        .map(CatalogStore::table)
        .toList();
  }

  /** Creates a keyspace; its shards are made by the controller. */
  public Keyspace createKeyspace(KeyspaceDefinition definition) {
    Names.checkKeyspace(definition.getName());
    String key = MetadataKeys.keyspace(definition.getName());
    return settle(
        () -> {
          Counter counter = counter(MetadataKeys.KEYSPACE_COUNTER);
          Keyspace keyspace = define(definition, Math.toIntExact(counter.next));
          if (get(key).isPresent()) {
            throw ErrorCode.KEYSPACE_EXISTS.because(
                "There is a keyspace " + keyspace.name() + " already");
          }
          checkCount(
              MetadataKeys.KEYSPACES,
              limits.keyspaces(),
              ErrorCode.TOO_MANY_KEYSPACES,
              "keyspaces");
          Swap swap =
              new Swap(
                  List.of(new Guard(key, 0), counter.guard()),
                  List.of(
                      new Change.Put(key, keyspace.toRecord().toByteString()),
                      counter.increment()));
          return attempt(
              swap,
              keyspace,
              () -> get(key).filter(it -> keyspace(it).id() == keyspace.id()).isPresent());
        });
  }

  private Keyspace define(KeyspaceDefinition definition, int id) {
    int shards = definition.getShards() == 0 ? defaults.shards() : definition.getShards();
    int replicas =
        definition.getReplicationFactor() == 0
            ? defaults.replicationFactor()
            : definition.getReplicationFactor();
    if (shards < 1 || shards > limits.shardsPerKeyspace()) {
      throw ErrorCode.INVALID_DEFINITION.because(
          "Keyspace %s may have 1 to %d shards, not %d"
              .formatted(definition.getName(), limits.shardsPerKeyspace(), shards));
    }
    if (!List.of(1, 3, 5, 7).contains(replicas)) {
      throw ErrorCode.INVALID_DEFINITION.because(
          "The replication factor of keyspace %s must be 1, 3, 5 or 7, not %d"
              .formatted(definition.getName(), replicas));
    }
    return new Keyspace(id, definition.getName(), shards, replicas, definition.getZonesList());
  }

  /** Drops a keyspace that has no tables; its shards are removed by the controller. */
  public void dropKeyspace(String name) {
    settle(
        () -> {
          StoredKeyspace keyspace = requireKeyspace(name);
          // Whoever makes a table after this moves the counter, and the guard fails.
          Counter tables = counter(MetadataKeys.TABLE_COUNTER);
          int count = list(MetadataKeys.tablesOf(name)).size();
          if (count > 0) {
            throw ErrorCode.KEYSPACE_NOT_EMPTY.because(
                "Keyspace " + name + " has " + count + " tables");
          }
          String key = MetadataKeys.keyspace(name);
          Swap swap =
              new Swap(List.of(keyspace.guard(), tables.guard()), List.of(new Change.Delete(key)));
          return attempt(swap, true, () -> get(key).isEmpty());
        });
  }

  public Keyspace describeKeyspace(String name) {
    return requireKeyspace(name).value;
  }

  public List<Keyspace> listKeyspaces() {
    return list(MetadataKeys.KEYSPACES).stream().map(CatalogStore::keyspace).toList();
  }

  /** What came of one attempt: a value, or once more with what is there now. */
  private record Attempt<T>(Optional<T> value) {
    static <T> Attempt<T> done(T value) {
      return new Attempt<>(Optional.of(value));
    }
  }

  private static <T> T settle(Supplier<Attempt<T>> attempt) {
    for (int i = 0; i < ATTEMPTS; i++) {
      Optional<T> value = attempt.get().value();
      if (value.isPresent()) {
        return value.get();
      }
    }
    throw ErrorCode.METADATA_UNAVAILABLE.because(
        "Others changed the catalog " + ATTEMPTS + " times meanwhile");
  }

  /**
   * Tries a swap. Without an answer the catalog is read again: if it shows what the swap would have
   * done, that is the answer; else nobody knows, since the swap may still be on its way.
   */
  private <T> Attempt<T> attempt(Swap swap, T value, Supplier<Boolean> isDone) {
    return switch (StoreCalls.await(store.swap(swap))) {
      case SwapResult.Swapped swapped -> Attempt.done(value);
      case SwapResult.Refused refused -> new Attempt<>(Optional.empty());
      case SwapResult.Unknown unknown -> {
        if (shows(isDone)) {
          yield Attempt.done(value);
        }
        throw ErrorCode.OUTCOME_UNKNOWN.because(
            "The catalog was to be changed, and etcd did not say whether it was: " + unknown.why());
      }
    };
  }

  private static boolean shows(Supplier<Boolean> isDone) {
    try {
      return isDone.get();
    } catch (DatabaseException unavailable) {
      return false;
    }
  }

  private record StoredKeyspace(Keyspace value, long modRevision) {
    Guard guard() {
      return new Guard(MetadataKeys.keyspace(value.name()), modRevision);
    }
  }

  private StoredKeyspace requireKeyspace(String name) {
    Optional<Entry> entry =
        MetadataKeys.isPart(name) ? get(MetadataKeys.keyspace(name)) : Optional.empty();
    return entry
        .map(it -> new StoredKeyspace(keyspace(it), it.modRevision()))
        .orElseThrow(
            () ->
                ErrorCode.KEYSPACE_NOT_FOUND.because(
                    "There is no keyspace '" + Names.shortened(name) + "'"));
  }

  private Optional<TableSchema> readTable(String key) {
    return get(key).map(CatalogStore::table);
  }

  private static String tableKey(String keyspace, String name) {
    if (!MetadataKeys.isPart(keyspace) || !MetadataKeys.isPart(name)) {
      throw tableNotFound(keyspace, name);
    }
    return MetadataKeys.table(keyspace, name);
  }

  private static DatabaseException tableNotFound(String keyspace, String name) {
    return ErrorCode.TABLE_NOT_FOUND.because(
        "There is no table '%s.%s'".formatted(Names.shortened(keyspace), Names.shortened(name)));
  }

  private void checkCount(String prefix, int limit, ErrorCode code, String what) {
    if (list(prefix).size() >= limit) {
      throw code.because("The cluster has " + limit + " " + what + ", which is all it may have");
    }
  }

  private Optional<Entry> get(String key) {
    return StoreCalls.await(store.get(key));
  }

  private List<Entry> list(String prefix) {
    return new ArrayList<>(StoreCalls.await(store.list(prefix)).entries());
  }

  private static TableSchema table(Entry entry) {
    try {
      return TableSchema.fromRecord(TableRecord.parseFrom(entry.value()));
    } catch (InvalidProtocolBufferException | IllegalArgumentException e) {
      throw damaged(entry, e);
    }
  }

  private static Keyspace keyspace(Entry entry) {
    try {
      return Keyspace.fromRecord(KeyspaceRecord.parseFrom(entry.value()));
    } catch (InvalidProtocolBufferException | IllegalArgumentException e) {
      throw damaged(entry, e);
    }
  }

  private static DatabaseException damaged(Entry entry, Exception cause) {
    return DatabaseException.internal("The record " + entry.key() + " can't be read", cause);
  }

  /** The number that comes next, from 1. */
  private record Counter(String key, long next, long modRevision) {
    Guard guard() {
      return new Guard(key, modRevision);
    }

    Change increment() {
      ByteString value = CounterRecord.newBuilder().setNext(next + 1).build().toByteString();
      return new Change.Put(key, value);
    }
  }

  private Counter counter(String key) {
    Optional<Entry> entry = get(key);
    if (entry.isEmpty()) {
      return new Counter(key, 1, 0);
    }
    try {
      long next = CounterRecord.parseFrom(entry.get().value()).getNext();
      return new Counter(key, next, entry.get().modRevision());
    } catch (InvalidProtocolBufferException e) {
      throw damaged(entry.get(), e);
    }
  }
}
