package dev.keelson.core.request;

import static dev.keelson.core.schema.SampleTables.instant;
import static dev.keelson.core.schema.SampleTables.nothing;
import static dev.keelson.core.schema.SampleTables.number;
import static dev.keelson.core.schema.SampleTables.real;
import static dev.keelson.core.schema.SampleTables.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.keelson.core.error.DatabaseException;
import dev.keelson.core.error.ErrorCode;
import dev.keelson.core.limit.Limits;
import dev.keelson.core.schema.ColumnType;
import dev.keelson.core.schema.RowValues;
import dev.keelson.core.schema.SampleTables;
import dev.keelson.core.schema.TableSchema;
import dev.keelson.proto.internal.v1.Command;
import dev.keelson.proto.internal.v1.CommandResult;
import dev.keelson.proto.internal.v1.CommandResult.Outcome;
import dev.keelson.proto.internal.v1.Mutation;
import dev.keelson.proto.v1.BatchGetKey;
import dev.keelson.proto.v1.BatchGetRequest;
import dev.keelson.proto.v1.Cell;
import dev.keelson.proto.v1.CellList;
import dev.keelson.proto.v1.Condition;
import dev.keelson.proto.v1.DeleteRequest;
import dev.keelson.proto.v1.GetRequest;
import dev.keelson.proto.v1.InsertRequest;
import dev.keelson.proto.v1.PutRequest;
import dev.keelson.proto.v1.Tuple;
import dev.keelson.proto.v1.UpdateRequest;
import dev.keelson.proto.v1.Value;
import dev.keelson.proto.v1.WriteBatchRequest;
import dev.keelson.proto.v1.WriteId;
import dev.keelson.proto.v1.WriteOperation;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class RequestsTest {
  private final TableSchema flights = SampleTables.flights();
  private final TableSchema notes =
      SampleTables.keyedBy(9, List.of(ColumnType.STRING, ColumnType.INT64), List.of(false, false));
  private final WriteTranslator writes = new WriteTranslator(Limits.DEFAULTS);
  private final ReadTranslator reads = new ReadTranslator(Limits.DEFAULTS);

  private TableSchema table(String keyspace, String name) {
    if (!keyspace.equals("main")) {
      throw ErrorCode.KEYSPACE_NOT_FOUND.because("There is no keyspace " + keyspace);
    }
    return switch (name) {
      case "flights" -> flights;
      case "notes" -> notes;
      default -> throw ErrorCode.TABLE_NOT_FOUND.because("There is no table " + name);
    };
  }

  @Test
  void a_put_becomes_a_command_for_its_partition() throws InvalidProtocolBufferException {
    ShardWrite write = writes.put(this::table, put(row("ATL", 1, 2)));
    Command command = Command.parseFrom(write.command());

    assertThat(write.keyspaceId()).isEqualTo(3);
    assertThat(write.hasWriteId()).isFalse();
    assertThat(command.getPartitionHash()).isEqualTo(write.partitionHash()).isEqualTo(0x36a1e21a);
    assertThat(command.hasWriteId()).isFalse();
    assertThat(command.getMutationsList())
        .extracting(Mutation::getKind)
        .containsExactly(Mutation.Kind.PUT);
  }

  @Test
  void what_was_put_comes_back_in_the_columns_that_are_asked_for()
      throws InvalidProtocolBufferException {
    Mutation put =
        Command.parseFrom(
                writes
                    .put(
                        this::table,
                        put(
                            text("origin", "ATL"),
                            instant("departure", -5),
                            number("number", 77),
                            text("destination", "LAX"),
                            real("distance", 3114.5)))
                    .command())
            .getMutations(0);
    ShardRead read =
        reads.get(
            this::table, get(row("ATL", -5, 77)).addColumns("delay").addColumns("number").build());

    assertThat(read.key()).isEqualTo(put.getKey());
    assertThat(read.columns().cells(put.getKey(), put.getRow()))
        .containsExactly(nothing("delay"), number("number", 77));
    ColumnSelection all = ColumnSelection.of(flights, List.of());
    assertThat(all.cells(put.getKey(), put.getRow()))
        .containsExactly(
            text("origin", "ATL"),
            instant("departure", -5),
            number("number", 77),
            text("destination", "LAX"),
            nothing("delay"),
            real("distance", 3114.5));
    assertThat(all.tuple(put.getKey(), put.getRow()).getValuesCount()).isEqualTo(6);
    assertThat(all.names()).startsWith("origin", "departure");
  }

  @Test
  void columns_that_the_table_no_longer_has_are_passed_over() {
    Mutation put = mutation(row("ATL", 1, 2), number("delay", 4), real("distance", 5));
    TableSchema without =
        TableSchema.fromRecord(flights.toRecord().toBuilder().removeColumns(4).build());

    assertThat(ColumnSelection.of(without, List.of("distance")).cells(put.getKey(), put.getRow()))
        .containsExactly(real("distance", 5));
  }

  @Test
  void a_stored_row_that_cannot_be_read_is_a_fault_that_names_the_table() {
    Mutation put = mutation(row("ATL", 1, 2));
    ColumnSelection all = ColumnSelection.of(flights, List.of());

    refused(
        () -> all.cells(put.getKey(), ByteString.copyFromUtf8("garbage")),
        ErrorCode.DATA_CORRUPTED,
        "main.flights");
    refused(
        () -> all.cells(ByteString.copyFromUtf8("garbage"), put.getRow()),
        ErrorCode.DATA_CORRUPTED,
        "main.flights");
  }

  @Test
  void wrong_cells_are_refused_with_their_reason() {
    refusedPut(ErrorCode.COLUMN_NOT_FOUND, "no column 'gate'", text("gate", "A1"));
    refusedPut(
        ErrorCode.TYPE_MISMATCH,
        "Column delay of table main.flights is INT64, but the value is STRING",
        text("delay", "late"));
    refusedPut(ErrorCode.INVALID_REQUEST, "Column number is named twice", number("number", 3));
    refused(
        () -> writes.put(this::table, put(text("origin", "ATL"), text("destination", "LAX"))),
        ErrorCode.NULL_IN_KEY,
        "Column departure");
    refused(
        () -> writes.put(this::table, put(row("ATL", 1, 2).subList(0, 3))),
        ErrorCode.NOT_NULL_VIOLATION,
        "Column destination of table main.flights");
    refused(
        () -> writes.put(this::table, PutRequest.newBuilder().setTable("trains").build()),
        ErrorCode.TABLE_NOT_FOUND,
        "trains");
    refused(
        () -> writes.put(this::table, PutRequest.newBuilder().setKeyspace("x").build()),
        ErrorCode.KEYSPACE_NOT_FOUND,
        "x");
  }

  @Test
  void a_UUID_has_16_bytes() {
    TableSchema table = SampleTables.valued(List.of(ColumnType.UUID));
    Value value = Value.newBuilder().setUuidValue(ByteString.copyFromUtf8("short")).build();
    refused(
        () -> RowValues.of(table, List.of(SampleTables.cell("v0", value))),
        ErrorCode.TYPE_MISMATCH,
        "a UUID of 16 bytes, but the value has 5");
  }

  @Test
  void a_row_may_have_1_MiB_and_not_a_byte_more() {
    // The format, the header of the column and its length take 5 bytes.
    String greatest = "x".repeat((1 << 20) - 5);
    assertThat(writes.put(this::table, put(rowTo(greatest))).command().size())
        .isGreaterThan(1 << 20);
    refused(
        () -> writes.put(this::table, put(rowTo(greatest + "x"))),
        ErrorCode.ROW_TOO_LARGE,
        "has 1048577 bytes, but 1048576 are allowed");
  }

  @Test
  void an_update_names_what_to_change_and_keeps_to_what_may_be_null()
      throws InvalidProtocolBufferException {
    List<Cell> key = row("ATL", 1, 2).subList(0, 3);
    ShardWrite write = writes.update(this::table, update(key, nothing("delay")).build());

    assertThat(Command.parseFrom(write.command()).getMutations(0).getKind())
        .isEqualTo(Mutation.Kind.UPDATE);
    refused(
        () -> writes.update(this::table, update(key).build()),
        ErrorCode.INVALID_REQUEST,
        "names no column to change");
    refused(
        () -> writes.update(this::table, update(key, nothing("destination")).build()),
        ErrorCode.NOT_NULL_VIOLATION,
        "destination");
  }

  @Test
  void conditions_that_cannot_be_meant_are_refused() {
    List<Cell> key = row("ATL", 1, 2).subList(0, 3);
    refusedCondition(key, Condition.newBuilder(), "neither exists nor equal");
    refusedCondition(key, Condition.newBuilder().setExists(false), "use Insert");
    refusedCondition(key, Condition.newBuilder().setVersion(0), "use Insert");
    refusedCondition(
        key,
        Condition.newBuilder().setEqual(CellList.newBuilder().addCells(number("number", 2))),
        "Column number is of the primary key");
  }

  @Test
  void a_delete_takes_the_key_and_nothing_else() throws InvalidProtocolBufferException {
    DeleteRequest.Builder delete =
        DeleteRequest.newBuilder()
            .setTable("flights")
            .addAllKey(row("ATL", 1, 2).subList(0, 3))
            .setCondition(Condition.newBuilder().setVersion(5));
    Mutation mutation =
        Command.parseFrom(writes.delete(this::table, delete.build()).command()).getMutations(0);

    assertThat(mutation.getRow().isEmpty()).isTrue();
    assertThat(mutation.getCondition().getVersion()).isEqualTo(5);
    refused(
        () -> writes.delete(this::table, delete.addKey(text("destination", "LAX")).build()),
        ErrorCode.INVALID_REQUEST,
        "Column destination is not of the primary key");
  }

  @Test
  void a_batch_in_one_partition_may_span_tables() throws InvalidProtocolBufferException {
    WriteBatchRequest batch =
        WriteBatchRequest.newBuilder()
            .addOperations(operation(put(row("ATL", 1, 2))))
            .addOperations(
                WriteOperation.newBuilder()
                    .setInsert(
                        InsertRequest.newBuilder()
                            .setTable("notes")
                            .addCells(text("c0", "ATL"))
                            .addCells(number("c1", 1))))
            .build();
    // The tables of this test lie in keyspaces of different ids.
    refused(
        () -> writes.batch(this::table, batch),
        ErrorCode.CROSS_PARTITION_BATCH,
        "different partitions");
    TableSchema together =
        TableSchema.fromRecord(notes.toRecord().toBuilder().setKeyspaceId(3).build());
    ShardWrite write =
        writes.batch((keyspace, name) -> name.equals("notes") ? together : flights, batch);

    assertThat(Command.parseFrom(write.command()).getMutationsCount()).isEqualTo(2);
  }

  @Test
  void a_batch_over_partitions_is_refused_and_says_what_to_do() {
    refusedBatch(
        ErrorCode.CROSS_PARTITION_BATCH,
        "send one batch for each partition",
        operation(put(row("ATL", 1, 2))),
        operation(put(row("LAX", 1, 2))));
  }

  @Test
  void a_batch_has_its_limits() {
    WriteOperation one = operation(put(row("ATL", 1, 2)));
    WriteOperation large = operation(put(rowTo("x".repeat(1_000_000))));
    refusedBatch(ErrorCode.INVALID_REQUEST, "no operation");
    refusedBatch(ErrorCode.INVALID_REQUEST, "is empty", WriteOperation.getDefaultInstance());
    WriteBatchRequest.Builder full = WriteBatchRequest.newBuilder();
    for (int i = 0; i < 1_000; i++) {
      full.addOperations(one);
    }
    assertThat(writes.batch(this::table, full.build())).isNotNull();
    refused(
        () -> writes.batch(this::table, full.addOperations(one).build()),
        ErrorCode.BATCH_TOO_LARGE,
        "1001 operations, but 1000 are allowed");
    refusedBatch(ErrorCode.BATCH_TOO_LARGE, "bytes", large, large, large, large, large);
  }

  @Test
  void a_write_id_names_a_write_and_only_as_a_whole() throws InvalidProtocolBufferException {
    WriteId id = WriteId.newBuilder().setSession(9).setSequence(4).setAnsweredBelow(2).build();
    PutRequest put = put(row("ATL", 1, 2)).toBuilder().setWriteId(id).build();
    ShardWrite write = writes.put(this::table, put);

    assertThat(write.hasWriteId()).isTrue();
    assertThat(Command.parseFrom(write.command()).getWriteId().getAnsweredBelow()).isEqualTo(2);
    refusedBatch(ErrorCode.INVALID_REQUEST, "has a write_id", operation(put));
    for (WriteId wrong :
        List.of(
            WriteId.getDefaultInstance(),
            id.toBuilder().setSession(0).build(),
            id.toBuilder().setSequence(0).build(),
            id.toBuilder().setAnsweredBelow(5).build(),
            id.toBuilder().setSession(-1).build())) {
      refused(
          () -> writes.put(this::table, put.toBuilder().setWriteId(wrong).build()),
          ErrorCode.INVALID_REQUEST,
          "session from OpenSession");
    }
  }

  @Test
  void rows_of_a_load_become_commands_by_partition() throws InvalidProtocolBufferException {
    List<Integer> positions = List.of(0, 1, 2, 3);
    RowMutation one = writes.put(RowValues.of(flights, positions, tuple("ATL", 1)));
    RowMutation two = writes.put(RowValues.of(flights, positions, tuple("ATL", 2)));
    RowMutation other = writes.put(RowValues.of(flights, positions, tuple("LAX", 2)));

    assertThat(one.partition()).isEqualTo(two.partition()).isNotEqualTo(other.partition());
    assertThat(Command.parseFrom(writes.load(List.of(one, two)).command()).getMutationsCount())
        .isEqualTo(2);
    refused(
        () -> RowValues.of(flights, List.of(0, 1), tuple("ATL", 1)),
        ErrorCode.INVALID_REQUEST,
        "A row has 4 values for 2 columns");
  }

  @Test
  void many_rows_are_read_in_the_order_of_the_request_up_to_a_limit() {
    BatchGetKey key = BatchGetKey.newBuilder().addAllKey(row("ATL", 1, 2).subList(0, 3)).build();
    BatchGetRequest.Builder request =
        BatchGetRequest.newBuilder().setTable("flights").addKeys(key).addKeys(key);

    assertThat(reads.batchGet(this::table, request.build())).hasSize(2);
    while (request.getKeysCount() <= 1_000) {
      request.addKeys(key);
    }
    refused(
        () -> reads.batchGet(this::table, request.build()),
        ErrorCode.BATCH_TOO_LARGE,
        "1001 rows, but 1000 are allowed");
  }

  @Test
  void outcomes_become_answers_or_errors() {
    CommandResult.Builder result =
        CommandResult.newBuilder().setOutcome(Outcome.APPLIED).setVersion(7).setRowsFound(2);
    assertThat(WriteOutcomes.answer(result.build()).getVersion()).isEqualTo(7);
    assertThat(WriteOutcomes.answer(result.build()).getRowsFound()).isEqualTo(2);
    for (Outcome outcome : Outcome.values()) {
      if (outcome != Outcome.APPLIED && outcome != Outcome.UNRECOGNIZED) {
        ErrorCode code =
            switch (outcome) {
              case MALFORMED, OUTCOME_UNSPECIFIED -> ErrorCode.INTERNAL;
              default -> ErrorCode.valueOf(outcome.name());
            };
        refused(
            () -> WriteOutcomes.answer(CommandResult.newBuilder().setOutcome(outcome).build()),
            code,
            "");
      }
    }
    refused(
        () ->
            WriteOutcomes.answer(
                CommandResult.newBuilder()
                    .setOutcome(Outcome.ROW_EXISTS)
                    .setFailedMutation(3)
                    .build()),
        ErrorCode.ROW_EXISTS,
        "operation 4 of the batch");
  }

  private Mutation mutation(List<Cell> row, Cell... more) {
    try {
      PutRequest request = put(row).toBuilder().addAllCells(List.of(more)).build();
      return Command.parseFrom(writes.put(this::table, request).command()).getMutations(0);
    } catch (InvalidProtocolBufferException e) {
      throw new AssertionError(e);
    }
  }

  private static List<Cell> row(String origin, long departure, long number) {
    return List.of(
        text("origin", origin),
        instant("departure", departure),
        number("number", number),
        text("destination", "LAX"));
  }

  private static List<Cell> rowTo(String destination) {
    return List.of(
        text("origin", "ATL"),
        instant("departure", 1),
        number("number", 2),
        text("destination", destination));
  }

  private static Tuple tuple(String origin, long number) {
    return Tuple.newBuilder()
        .addAllValues(row(origin, 1, number).stream().map(Cell::getValue).toList())
        .build();
  }

  private static PutRequest put(Cell... cells) {
    return put(List.of(cells));
  }

  private static PutRequest put(List<Cell> cells) {
    return PutRequest.newBuilder().setTable("flights").addAllCells(cells).build();
  }

  private static GetRequest.Builder get(List<Cell> row) {
    return GetRequest.newBuilder().setTable("flights").addAllKey(row.subList(0, 3));
  }

  private static UpdateRequest.Builder update(List<Cell> key, Cell... changes) {
    return UpdateRequest.newBuilder()
        .setTable("flights")
        .addAllCells(key)
        .addAllCells(List.of(changes));
  }

  private static WriteOperation operation(PutRequest put) {
    return WriteOperation.newBuilder().setPut(put).build();
  }

  private void refusedPut(ErrorCode code, String message, Cell wrong) {
    PutRequest request = put(row("ATL", 1, 2)).toBuilder().addCells(wrong).build();
    refused(() -> writes.put(this::table, request), code, message);
  }

  private void refusedCondition(List<Cell> key, Condition.Builder condition, String message) {
    refused(
        () ->
            writes.update(
                this::table, update(key, number("delay", 1)).setCondition(condition).build()),
        ErrorCode.INVALID_REQUEST,
        message);
  }

  private void refusedBatch(ErrorCode code, String message, WriteOperation... operations) {
    WriteBatchRequest request =
        WriteBatchRequest.newBuilder().addAllOperations(List.of(operations)).build();
    refused(() -> writes.batch(this::table, request), code, message);
  }

  private static void refused(ThrowingCallable call, ErrorCode code, String message) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            DatabaseException.class, it -> assertThat(it.code()).isEqualTo(code))
        .hasMessageContaining(message);
  }
}
