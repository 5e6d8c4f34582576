package dev.keelson.router;

import static dev.keelson.router.RouterFixture.cell;
import static dev.keelson.router.RouterFixture.errorOf;
import static dev.keelson.router.RouterFixture.getOf;
import static dev.keelson.router.RouterFixture.key;
import static dev.keelson.router.RouterFixture.putOf;
import static org.assertj.core.api.Assertions.assertThat;

import dev.keelson.proto.v1.BatchGetKey;
import dev.keelson.proto.v1.BatchGetRequest;
import dev.keelson.proto.v1.BatchGetResponse;
import dev.keelson.proto.v1.Cell;
import dev.keelson.proto.v1.CellList;
import dev.keelson.proto.v1.Condition;
import dev.keelson.proto.v1.Consistency;
import dev.keelson.proto.v1.DeleteRequest;
import dev.keelson.proto.v1.Error;
import dev.keelson.proto.v1.ErrorCategory;
import dev.keelson.proto.v1.GetResponse;
import dev.keelson.proto.v1.InsertRequest;
import dev.keelson.proto.v1.Proof;
import dev.keelson.proto.v1.PutRequest;
import dev.keelson.proto.v1.ReadOptions;
import dev.keelson.proto.v1.UpdateRequest;
import dev.keelson.proto.v1.Value;
import dev.keelson.proto.v1.WriteBatchRequest;
import dev.keelson.proto.v1.WriteOperation;
import dev.keelson.proto.v1.WriteResponse;
import java.io.IOException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class PointRequestsTest {
  private static RouterFixture fixture;

  @BeforeAll
  static void start() throws IOException {
    fixture = RouterFixture.start(8);
  }

  @AfterAll
  static void stop() {
    fixture.close();
  }

  @Test
  void a_row_that_was_put_is_read_with_who_served_it() {
    WriteResponse written = fixture.client().put(putOf("put", 1, "one"));
    GetResponse read = fixture.get("put", 1);

    assertThat(written.getServed().getProof()).isEqualTo(Proof.COMMITTED);
    assertThat(read.getFound()).isTrue();
    assertThat(read.getVersion()).isEqualTo(written.getVersion());
    assertThat(read.getServed().getProof()).isEqualTo(Proof.LEASE);
    assertThat(read.getServed().getNode()).isEqualTo(written.getServed().getNode());
    assertThat(read.getServed().getTerm()).isEqualTo(1);
    assertThat(read.getCellsList())
        .containsExactly(
            cell("bucket", "put"),
            cell("id", 1),
            cell("value", "one"),
            Cell.newBuilder().setColumn("rating").setValue(Value.getDefaultInstance()).build());
  }

  @Test
  void partitions_are_spread_over_shards_and_leaders() {
    IntStream.range(0, 64).forEach(i -> fixture.put("spread" + i, 0, "x"));

    assertThat(fixture.cluster.shards()).allMatch(shard -> shard.rowCount() > 0);
  }

  @Test
  void a_row_that_is_not_there_is_not_found_and_has_no_version() {
    GetResponse read = fixture.get("absent", 1);

    assertThat(read.getFound()).isFalse();
    assertThat(read.getVersion()).isZero();
  }

  @Test
  void only_the_columns_asked_for_are_answered() {
    fixture.put("columns", 1, "one");

    GetResponse read =
        fixture.client().get(getOf("columns", 1).toBuilder().addColumns("value").build());

    assertThat(read.getCellsList()).containsExactly(cell("value", "one"));
  }

  @Test
  void insert_refuses_a_row_that_exists() {
    InsertRequest insert =
        InsertRequest.newBuilder()
            .setTable("items")
            .addAllCells(key("insert", 1))
            .addCells(cell("value", "first"))
            .build();
    fixture.client().insert(insert);

    Error error = errorOf(() -> fixture.client().insert(insert));

    assertThat(error.getCode()).isEqualTo("ROW_EXISTS");
    assertThat(error.getCategory()).isEqualTo(ErrorCategory.CONFLICT);
    assertThat(error.getOutcomeUnknown()).isFalse();
  }

  @Test
  void update_and_delete_check_their_conditions_where_the_row_lies() {
    fixture.put("conditions", 1, "one");
    UpdateRequest update =
        UpdateRequest.newBuilder()
            .setTable("items")
            .addAllCells(key("conditions", 1))
            .addCells(cell("value", "two"))
            .setCondition(
                Condition.newBuilder()
                    .setEqual(CellList.newBuilder().addCells(cell("value", "one"))))
            .build();
    fixture.client().update(update);
    assertThat(fixture.value("conditions", 1)).isEqualTo("two");

    assertThat(errorOf(() -> fixture.client().update(update)).getCode())
        .isEqualTo("CONDITION_FAILED");
    DeleteRequest delete =
        DeleteRequest.newBuilder().setTable("items").addAllKey(key("conditions", 1)).build();
    assertThat(fixture.client().delete(delete).getRowsFound()).isEqualTo(1);
    assertThat(fixture.client().delete(delete).getRowsFound()).isZero();
    UpdateRequest unconditional = update.toBuilder().clearCondition().build();
    assertThat(errorOf(() -> fixture.client().update(unconditional)).getCode())
        .isEqualTo("ROW_NOT_FOUND");
  }

  @Test
  void a_batch_within_one_partition_is_atomic() {
    fixture.put("batch", 1, "there");
    WriteBatchRequest batch =
        WriteBatchRequest.newBuilder()
            .addOperations(WriteOperation.newBuilder().setPut(putOf("batch", 2, "two")))
            .addOperations(
                WriteOperation.newBuilder()
                    .setInsert(
                        InsertRequest.newBuilder().setTable("items").addAllCells(key("batch", 1))))
            .build();

    assertThat(errorOf(() -> fixture.client().writeBatch(batch)).getCode()).isEqualTo("ROW_EXISTS");
    assertThat(fixture.get("batch", 2).getFound()).isFalse();
  }

  @Test
  void a_batch_across_partitions_is_refused_with_a_sentence_that_says_so() {
    WriteBatchRequest batch =
        WriteBatchRequest.newBuilder()
            .addOperations(WriteOperation.newBuilder().setPut(putOf("here", 1, "x")))
            .addOperations(WriteOperation.newBuilder().setPut(putOf("there", 1, "x")))
            .build();

    Error error = errorOf(() -> fixture.client().writeBatch(batch));

    assertThat(error.getCode()).isEqualTo("CROSS_PARTITION_BATCH");
    assertThat(error.getMessage()).contains("one partition");
  }

  @Test
  void batch_get_answers_in_the_order_of_its_keys_from_all_shards() {
    BatchGetRequest.Builder request =
        BatchGetRequest.newBuilder().setTable("items").addColumns("value");
    for (int i = 0; i < 40; i++) {
      if (i % 4 != 3) {
        fixture.put("many" + i, i, "value" + i);
      }
      request.addKeys(BatchGetKey.newBuilder().addAllKey(key("many" + i, i)));
    }

    BatchGetResponse answer = fixture.client().batchGet(request.build());

    assertThat(answer.getRowsCount()).isEqualTo(40);
    for (int i = 0; i < 40; i++) {
      assertThat(answer.getRows(i).getFound()).isEqualTo(i % 4 != 3);
      if (i % 4 != 3) {
        assertThat(answer.getRows(i).getCellsList()).containsExactly(cell("value", "value" + i));
      }
    }
    assertThat(answer.getRowsList().stream().map(row -> row.getServed().getShard()).distinct())
        .hasSizeGreaterThan(3);
  }

  @Test
  void a_batch_of_rows_beyond_one_answer_is_refused_and_breaks_nothing() {
    BatchGetRequest.Builder request = BatchGetRequest.newBuilder().setTable("items");
    fixture.put("heavy", 1, "x".repeat(1_000_000));
    for (int i = 0; i < 40; i++) {
      request.addKeys(BatchGetKey.newBuilder().addAllKey(key("heavy", 1)));
    }

    assertThat(errorOf(() -> fixture.client().batchGet(request.build())).getCode())
        .isEqualTo("ANSWER_TOO_LARGE");
    assertThat(fixture.openLinks()).isEqualTo(3);
  }

  @Test
  void an_empty_batch_get_is_answered_empty() {
    BatchGetRequest request = BatchGetRequest.newBuilder().setTable("items").build();

    assertThat(fixture.client().batchGet(request).getRowsCount()).isZero();
  }

  @Test
  void stale_reads_go_to_the_replica_in_the_routers_zone() {
    fixture.put("stale", 1, "one");
    ReadOptions stale = ReadOptions.newBuilder().setConsistency(Consistency.STALE).build();

    for (int i = 0; i < 10; i++) {
      GetResponse read =
          fixture.client().get(getOf("stale", 1).toBuilder().setOptions(stale).build());
      assertThat(read.getServed().getNode()).isEqualTo("n2");
      assertThat(read.getServed().getProof()).isEqualTo(Proof.FOLLOWER);
    }
  }

  @Test
  void a_router_without_a_zone_reads_in_that_of_the_data_node_on_its_host() throws Exception {
    RouterConfig untold = RouterFixture.config().withZone("").withHost("host-of-n3");
    try (RouterFixture routed = RouterFixture.start(FakeCluster.start(3, 2), untold)) {
      ReadOptions stale = ReadOptions.newBuilder().setConsistency(Consistency.STALE).build();

      for (int i = 0; i < 10; i++) {
        GetResponse read =
            routed.client().get(getOf("stale", i).toBuilder().setOptions(stale).build());
        assertThat(read.getServed().getNode()).isEqualTo("n3");
      }
    }
  }

  @Test
  void confirm_by_quorum_is_passed_on_to_the_leader() {
    ReadOptions quorum = ReadOptions.newBuilder().setConfirmByQuorum(true).build();

    fixture.client().get(getOf("quorum", 1).toBuilder().setOptions(quorum).build());

    assertThat(fixture.cluster.nodes)
        .anyMatch(node -> node.readOptions.stream().anyMatch(ReadOptions::getConfirmByQuorum));
  }

  @Test
  void mistakes_are_refused_by_the_router_with_their_own_codes() {
    assertThat(
            errorOf(() -> fixture.client().get(getOf("x", 1).toBuilder().setTable("no").build())))
        .returns("TABLE_NOT_FOUND", Error::getCode)
        .returns(ErrorCategory.USER, Error::getCategory);
    assertThat(
            errorOf(
                () -> fixture.client().get(getOf("x", 1).toBuilder().setKeyspace("no").build())))
        .returns("KEYSPACE_NOT_FOUND", Error::getCode);
    assertThat(
            errorOf(() -> fixture.client().get(getOf("x", 1).toBuilder().addColumns("no").build())))
        .returns("COLUMN_NOT_FOUND", Error::getCode);
    assertThat(
            errorOf(
                () ->
                    fixture
                        .client()
                        .put(putOf("x", 1, "y").toBuilder().addCells(cell("rating", 1)).build())))
        .returns("TYPE_MISMATCH", Error::getCode);
    PutRequest nullKey =
        PutRequest.newBuilder().setTable("items").addCells(cell("bucket", "x")).build();
    assertThat(errorOf(() -> fixture.client().put(nullKey))).returns("NULL_IN_KEY", Error::getCode);
    PutRequest longKey = putOf("x".repeat(5_000), 1, "y");
    assertThat(errorOf(() -> fixture.client().put(longKey)))
        .returns("KEY_TOO_LARGE", Error::getCode);
    PutRequest largeRow = putOf("x", 1, "y".repeat((1 << 20) + 1));
    assertThat(errorOf(() -> fixture.client().put(largeRow)))
        .returns("ROW_TOO_LARGE", Error::getCode);
  }

  @Test
  void a_consistency_level_of_the_future_is_refused() {
    ReadOptions unknown = ReadOptions.newBuilder().setConsistencyValue(9).build();

    assertThat(
            errorOf(
                () -> fixture.client().get(getOf("x", 1).toBuilder().setOptions(unknown).build())))
        .returns("NOT_SUPPORTED", Error::getCode);
  }

  @Test
  void sessions_have_growing_numbers() {
    long first = fixture.openSession();

    assertThat(fixture.openSession()).isGreaterThan(first);
  }
}
