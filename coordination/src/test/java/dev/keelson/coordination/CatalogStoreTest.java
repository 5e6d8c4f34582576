package dev.keelson.coordination;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.keelson.coordination.CatalogStore.KeyspaceDefaults;
import dev.keelson.coordination.InMemoryMetadataStore.Fault;
import dev.keelson.coordination.MetadataStore.Entry;
import dev.keelson.core.error.DatabaseException;
import dev.keelson.core.error.ErrorCode;
import dev.keelson.core.limit.Limits;
import dev.keelson.core.schema.DroppedTables;
import dev.keelson.core.schema.TableSchema;
import dev.keelson.proto.internal.v1.DroppedTablesRecord;
import dev.keelson.proto.v1.Column;
import dev.keelson.proto.v1.ColumnType;
import dev.keelson.proto.v1.KeyspaceDefinition;
import dev.keelson.proto.v1.TableDefinition;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class CatalogStoreTest {
  private final InMemoryMetadataStore store = new InMemoryMetadataStore();
  private final CatalogStore catalog =
      new CatalogStore(store, Limits.DEFAULTS, new KeyspaceDefaults(12, 3));

  @BeforeEach
  void createDefaultKeyspace() {
    var unused = catalog.createKeyspace(keyspace("main"));
  }

  private static KeyspaceDefinition keyspace(String name) {
    return KeyspaceDefinition.newBuilder().setName(name).build();
  }

  static TableDefinition table(String keyspace, String name) {
    return TableDefinition.newBuilder()
        .setKeyspace(keyspace)
        .setName(name)
        .addColumns(Column.newBuilder().setName("id").setType(ColumnType.INT64))
        .addColumns(Column.newBuilder().setName("note").setType(ColumnType.STRING))
        .addPartitionColumns("id")
        .build();
  }

  private static void assertFails(ErrorCode code, ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            DatabaseException.class, error -> assertThat(error.code()).isEqualTo(code));
  }

  @Test
  void a_created_table_is_described_and_listed_as_it_was_defined() {
    TableSchema created = catalog.createTable(table("", "flights"), false);

    assertThat(created.toDefinition().getKeyspace()).isEqualTo("main");
    assertThat(catalog.describeTable("", "flights")).isEqualTo(created);
    assertThat(catalog.listTables("")).containsExactly(created);
    assertThat(catalog.listTables("main")).containsExactly(created);
  }

  @Test
  void a_keyspace_gets_the_clusters_defaults_for_what_its_creator_left_open() {
    assertThat(catalog.describeKeyspace("main"))
        .isEqualTo(new Keyspace(1, "main", 12, 3, List.of()));
    Keyspace own =
        catalog.createKeyspace(
            KeyspaceDefinition.newBuilder()
                .setName("own")
                .setShards(4)
                .setReplicationFactor(5)
                .addZones("z1")
                .build());
    assertThat(own).isEqualTo(new Keyspace(2, "own", 4, 5, List.of("z1")));
    assertThat(catalog.listKeyspaces()).extracting(Keyspace::name).containsExactly("main", "own");
  }

  @Test
  void an_id_is_never_used_again_after_a_drop() {
    int first = catalog.createTable(table("", "t"), false).id();
    assertThat(catalog.dropTable("", "t", false)).isTrue();
    int second = catalog.createTable(table("", "t"), false).id();

    assertThat(second).isGreaterThan(first);
  }

  @Test
  void what_was_dropped_is_noted_and_what_is_made_anew_under_its_name_is_not() throws Exception {
    assertThat(store.get(MetadataKeys.DROPPED_TABLES).toCompletableFuture().join()).isEmpty();
    int first = catalog.createTable(table("", "t"), false).id();
    int kept = catalog.createTable(table("", "u"), false).id();
    catalog.dropTable("", "t", false);
    int second = catalog.createTable(table("", "t"), false).id();

    assertThat(dropped().contains(first)).isTrue();
    assertThat(dropped().contains(kept)).isFalse();
    assertThat(dropped().contains(second)).isFalse();

    catalog.dropTable("", "u", false);
    catalog.dropTable("", "t", false);
    assertThat(dropped().ranges()).containsExactly(new DroppedTables.Range(first, second + 1));
  }

  private DroppedTables dropped() throws InvalidProtocolBufferException {
    Entry entry = store.get(MetadataKeys.DROPPED_TABLES).toCompletableFuture().join().orElseThrow();
    return DroppedTables.fromRecord(DroppedTablesRecord.parseFrom(entry.value()));
  }

  @Test
  void a_table_that_is_there_is_refused_unless_it_may_be_there_and_is_the_same() {
    TableSchema created = catalog.createTable(table("", "t"), false);

    assertFails(ErrorCode.TABLE_EXISTS, () -> catalog.createTable(table("", "t"), false));
    assertThat(catalog.createTable(table("", "t"), true)).isEqualTo(created);
    TableDefinition other =
        table("", "t").toBuilder()
            .addColumns(Column.newBuilder().setName("more").setType(ColumnType.BOOL))
            .build();
    assertFails(ErrorCode.TABLE_EXISTS, () -> catalog.createTable(other, true));
  }

  @Test
  void what_isnt_there_is_named_in_the_error() {
    assertFails(ErrorCode.TABLE_NOT_FOUND, () -> catalog.describeTable("", "t"));
    assertFails(ErrorCode.TABLE_NOT_FOUND, () -> catalog.describeTable("", "../t;'"));
    assertFails(ErrorCode.TABLE_NOT_FOUND, () -> catalog.dropTable("", "t", false));
    assertThat(catalog.dropTable("", "t", true)).isFalse();
    assertFails(ErrorCode.KEYSPACE_NOT_FOUND, () -> catalog.createTable(table("k", "t"), false));
    assertFails(ErrorCode.KEYSPACE_NOT_FOUND, () -> catalog.listTables("k"));
    assertFails(ErrorCode.KEYSPACE_NOT_FOUND, () -> catalog.describeKeyspace("No such / one"));
    assertFails(ErrorCode.KEYSPACE_NOT_FOUND, () -> catalog.dropKeyspace("k"));
  }

  @Test
  void a_definition_that_breaks_a_rule_is_refused() {
    assertFails(ErrorCode.INVALID_DEFINITION, () -> catalog.createTable(table("", "Bad"), false));
    assertFails(ErrorCode.INVALID_DEFINITION, () -> catalog.createKeyspace(keyspace("no good")));
    assertFails(
        ErrorCode.INVALID_DEFINITION,
        () -> catalog.createKeyspace(keyspace("k").toBuilder().setShards(1_000_000).build()));
    assertFails(
        ErrorCode.INVALID_DEFINITION,
        () -> catalog.createKeyspace(keyspace("k").toBuilder().setReplicationFactor(2).build()));
  }

  @Test
  void a_keyspace_is_dropped_only_when_it_has_no_tables() {
    var unused = catalog.createKeyspace(keyspace("k"));
    var table = catalog.createTable(table("k", "t"), false);
    assertFails(ErrorCode.KEYSPACE_NOT_EMPTY, () -> catalog.dropKeyspace("k"));

    assertThat(catalog.dropTable("k", table.name(), false)).isTrue();
    catalog.dropKeyspace("k");

    assertThat(catalog.listKeyspaces()).extracting(Keyspace::name).containsExactly("main");
  }

  @Test
  void there_are_never_more_tables_than_the_limit_even_with_many_creators() throws Exception {
    Limits defaults = Limits.DEFAULTS;
    Limits few = withTables(defaults, 5);
    CatalogStore limited = new CatalogStore(store, few, new KeyspaceDefaults(12, 3));
    List<ErrorCode> errors = Collections.synchronizedList(new ArrayList<>());
    List<Thread> creators =
        IntStream.range(0, 12)
            .mapToObj(
                i -> Thread.ofVirtual().start(() -> createUntilSettled(limited, "t" + i, errors)))
            .toList();
    for (Thread creator : creators) {
      assertThat(creator.join(Duration.ofSeconds(20))).isTrue();
    }

    assertThat(limited.listTables("")).hasSize(5);
    assertThat(limited.listTables("")).extracting(TableSchema::id).doesNotHaveDuplicates();
    assertThat(errors).hasSize(7).containsOnly(ErrorCode.TOO_MANY_TABLES);
  }

  private static void createUntilSettled(
      CatalogStore catalog, String name, List<ErrorCode> errors) {
    while (true) {
      try {
        var unused = catalog.createTable(table("", name), false);
        return;
      } catch (DatabaseException e) {
        if (e.code() != ErrorCode.METADATA_UNAVAILABLE) {
          errors.add(e.code());
          return;
        }
      }
    }
  }

  private static Limits withTables(Limits limits, int tables) {
    return new Limits(
        limits.keyBytes(),
        limits.rowBytes(),
        limits.batchRows(),
        limits.batchBytes(),
        limits.columns(),
        limits.keyColumns(),
        tables,
        limits.keyspaces(),
        limits.shardsPerKeyspace(),
        limits.messageBytes(),
        limits.answerBytes(),
        limits.pageRows(),
        limits.pageBytes(),
        limits.inFlightPerConnection(),
        limits.inFlightBytesPerConnection(),
        limits.inFlightPerProcess(),
        limits.inFlightBytesPerProcess(),
        limits.defaultDeadline(),
        limits.greatestDeadline());
  }

  @Test
  void while_the_store_is_away_the_error_says_so() {
    store.fail(Fault.AWAY);

    assertFails(ErrorCode.METADATA_UNAVAILABLE, () -> catalog.createTable(table("", "t"), false));
    assertFails(ErrorCode.METADATA_UNAVAILABLE, () -> catalog.listTables(""));
  }

  @Test
  void a_creation_whose_answer_was_lost_is_found_by_reading_again() {
    LossyStore lossy = new LossyStore(store);
    CatalogStore unlucky = new CatalogStore(lossy, Limits.DEFAULTS, new KeyspaceDefaults(12, 3));
    lossy.loseNextAnswer();

    TableSchema created = unlucky.createTable(table("", "t"), false);

    assertThat(catalog.describeTable("", "t")).isEqualTo(created);
  }

  @Test
  void a_creation_that_may_still_come_is_reported_as_unknown() {
    LossyStore lossy = new LossyStore(store);
    CatalogStore unlucky = new CatalogStore(lossy, Limits.DEFAULTS, new KeyspaceDefaults(12, 3));
    lossy.loseNextSwap();

    assertFails(ErrorCode.OUTCOME_UNKNOWN, () -> unlucky.createTable(table("", "t"), false));
  }
}
