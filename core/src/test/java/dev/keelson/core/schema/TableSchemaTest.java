package dev.keelson.core.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.keelson.core.error.DatabaseException;
import dev.keelson.core.error.ErrorCode;
import dev.keelson.core.limit.Limits;
import dev.keelson.proto.internal.v1.TableRecord;
import dev.keelson.proto.v1.ClusteringColumn;
import dev.keelson.proto.v1.TableDefinition;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class TableSchemaTest {
  private final TableSchema flights = SampleTables.flights();

  @Test
  void a_defined_table_knows_its_columns_and_its_key() {
    assertThat(flights.keyspace()).isEqualTo("main");
    assertThat(flights.fullName()).isEqualTo("main.flights");
    assertThat(flights.columns()).extracting(Column::id).containsExactly(1, 2, 3, 4, 5, 6);
    assertThat(flights.keyColumns())
        .extracting(it -> it.column().name() + it.position() + it.descending())
        .containsExactly("origin0false", "departure1true", "number2false");
    assertThat(flights.partitionColumns()).hasSize(1);
    assertThat(flights.clusteringColumns()).hasSize(2);
    assertThat(flights.inKey(2)).isTrue();
    assertThat(flights.inKey(3)).isFalse();
  }

  @Test
  void columns_of_the_key_are_not_null_whether_it_was_said_or_not() {
    assertThat(flights.columns())
        .extracting(Column::notNull)
        .containsExactly(true, true, true, true, false, false);
  }

  @Test
  void a_table_survives_being_stored() {
    TableSchema stored = TableSchema.fromRecord(flights.toRecord());

    assertThat(stored).isEqualTo(flights).hasSameHashCodeAs(flights);
    assertThat(stored.keyspaceId()).isEqualTo(3);
    assertThat(stored.toTable().getId()).isEqualTo(7);
    assertThat(TableSchema.define(7, 3, stored.toDefinition(), Limits.DEFAULTS)).isEqualTo(flights);
  }

  @Test
  void an_unknown_column_is_refused_by_name() {
    assertThatThrownBy(() -> flights.position("delai"))
        .isInstanceOfSatisfying(
            DatabaseException.class,
            it -> assertThat(it.code()).isEqualTo(ErrorCode.COLUMN_NOT_FOUND))
        .hasMessageContaining("Table main.flights has no column 'delai'");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "Flights", "1st", "a-b", "a b", "ü", "_a", "keelson_jobs"})
  void names_that_break_the_rules_are_refused(String name) {
    refused(it -> it.setName(name), ErrorCode.INVALID_DEFINITION, "table name '" + name + "'");
    refused(
        it -> it.setColumns(0, it.getColumns(0).toBuilder().setName(name)),
        ErrorCode.INVALID_DEFINITION,
        "column name '" + name + "'");
  }

  @Test
  void a_name_may_have_63_characters_and_not_64() {
    TableDefinition.Builder definition = SampleTables.flightsDefinition().toBuilder();
    assertThat(
            TableSchema.define(1, 1, definition.setName("a".repeat(63)).build(), Limits.DEFAULTS))
        .isNotNull();
    refused(it -> it.setName("a".repeat(64)), ErrorCode.INVALID_DEFINITION, "1 to 63");
  }

  @Test
  void a_message_does_not_grow_with_what_was_sent() {
    assertThatThrownBy(() -> flights.position("x".repeat(100_000)))
        .satisfies(it -> assertThat(it.getMessage()).hasSizeLessThan(300));
  }

  @ParameterizedTest
  @ValueSource(strings = {"system", "keelson", "information_schema", "pg_catalog", "keelson_x"})
  void reserved_keyspaces_cannot_be_made(String name) {
    assertThatThrownBy(() -> Names.checkKeyspace(name)).hasMessageContaining("reserved");
  }

  @Test
  void definitions_that_make_no_table_are_refused_with_the_reason() {
    refused(TableDefinition.Builder::clearPartitionColumns, "at least one partition column");
    refused(it -> it.addPartitionColumns("gate"), "'gate' in its primary key");
    refused(it -> it.addPartitionColumns("origin"), "names origin twice");
    refused(
        it -> it.addClusteringColumns(ClusteringColumn.newBuilder().setName("origin")),
        "names origin twice");
    refused(it -> it.addColumns(it.getColumns(5)), "two columns named distance");
    refused(it -> it.setColumns(5, it.getColumns(5).toBuilder().clearType()), "distance a type");
    refused(
        it -> it.setColumns(5, it.getColumns(5).toBuilder().setTypeValue(99)), "distance a type");
  }

  @Test
  void a_table_has_at_most_512_columns_and_32_in_its_key() {
    TableDefinition.Builder wide = SampleTables.flightsDefinition().toBuilder();
    while (wide.getColumnsCount() < 512) {
      wide.addColumns(SampleTables.column("c" + wide.getColumnsCount(), ColumnType.BOOL));
    }
    assertThat(TableSchema.define(1, 1, wide.build(), Limits.DEFAULTS).columns()).hasSize(512);
    wide.addColumns(SampleTables.column("one_more", ColumnType.BOOL));
    assertThatThrownBy(() -> TableSchema.define(1, 1, wide.build(), Limits.DEFAULTS))
        .hasMessageContaining("has 513 columns, but 512 are allowed");
    wide.removeColumns(512);
    for (int i = 6; i < 36; i++) {
      wide.addPartitionColumns("c" + i);
    }
    assertThatThrownBy(() -> TableSchema.define(1, 1, wide.build(), Limits.DEFAULTS))
        .hasMessageContaining("has 33 columns in its primary key, but 32 are allowed");
  }

  @Test
  void a_damaged_record_is_refused() {
    TableRecord record = flights.toRecord();
    damaged(record.toBuilder().setId(0));
    damaged(record.toBuilder().clearPartitionColumns());
    damaged(record.toBuilder().setPartitionColumns(0, "gate"));
    damaged(record.toBuilder().setColumns(1, record.getColumns(0)));
    damaged(record.toBuilder().setColumns(5, record.getColumns(5).toBuilder().setId(1)));
    damaged(record.toBuilder().setColumns(5, record.getColumns(5).toBuilder().setType(77)));
    damaged(record.toBuilder().setColumns(0, record.getColumns(0).toBuilder().setNotNull(false)));
  }

  @ParameterizedTest
  @EnumSource
  void types_have_the_numbers_of_the_protocol(ColumnType type) {
    assertThat(type.toProto().name()).isEqualTo(type.name());
    assertThat(ColumnType.of(type.number())).isEqualTo(type);
  }

  @Test
  void numbers_without_a_type_are_not_known() {
    assertThat(ColumnType.isKnown(0)).isFalse();
    assertThat(ColumnType.isKnown(9)).isFalse();
    assertThat(ColumnType.isKnown(-1)).isFalse();
    assertThatThrownBy(() -> ColumnType.of(0)).isInstanceOf(IllegalArgumentException.class);
  }

  private static void refused(Consumer<TableDefinition.Builder> change, String reason) {
    refused(change, ErrorCode.INVALID_DEFINITION, reason);
  }

  private static void refused(
      Consumer<TableDefinition.Builder> change, ErrorCode code, String reason) {
    TableDefinition.Builder definition = SampleTables.flightsDefinition().toBuilder();
    change.accept(definition);
    assertThatThrownBy(() -> TableSchema.define(1, 1, definition.build(), Limits.DEFAULTS))
        .isInstanceOfSatisfying(
            DatabaseException.class, it -> assertThat(it.code()).isEqualTo(code))
        .hasMessageContaining(reason);
  }

  private static void damaged(TableRecord.Builder record) {
    assertThatThrownBy(() -> TableSchema.fromRecord(record.build()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("damaged");
  }
}
