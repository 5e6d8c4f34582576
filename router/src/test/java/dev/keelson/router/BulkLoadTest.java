package dev.keelson.router;

import static dev.keelson.router.RouterFixture.number;
import static dev.keelson.router.RouterFixture.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.keelson.proto.v1.BulkLoadError;
import dev.keelson.proto.v1.BulkLoadHeader;
import dev.keelson.proto.v1.BulkLoadRequest;
import dev.keelson.proto.v1.BulkLoadResponse;
import dev.keelson.proto.v1.DatabaseGrpc;
import dev.keelson.proto.v1.Tuple;
import dev.keelson.proto.v1.Value;
import dev.keelson.router.FakeNode.Behaviour;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class BulkLoadTest {
  private RouterFixture fixture;

  @BeforeEach
  void start() throws IOException {
    fixture = RouterFixture.start(4);
  }

  @AfterEach
  void stop() {
    fixture.close();
  }

  @Test
  void all_rows_are_written_and_acknowledged() throws Exception {
    Load load = new Load();
    load.header();
    for (int message = 0; message < 20; message++) {
      load.rows(message * 500L, 500, 37);
    }

    List<BulkLoadResponse> answers = load.finish();

    assertThat(answers.getLast().getRowsDurable()).isEqualTo(10_000);
    assertThat(answers).allMatch(answer -> answer.getErrorsCount() == 0);
    assertThat(answers.stream().map(BulkLoadResponse::getRowsDurable)).isSorted();
    assertThat(fixture.cluster.rowCount()).isEqualTo(10_000);
    // Rows of one partition travel together.
    assertThat(fixture.cluster.commandsApplied()).isLessThan(2_000);
    assertThat(fixture.value("p5", 5)).isEqualTo("v5");
  }

  @Test
  void many_partitions_of_one_row_each_are_no_problem() throws Exception {
    Load load = new Load();
    load.header();
    load.rows(0, 5_000, Integer.MAX_VALUE);

    assertThat(load.finish().getLast().getRowsDurable()).isEqualTo(5_000);
    assertThat(fixture.cluster.rowCount()).isEqualTo(5_000);
  }

  @Test
  void bad_rows_are_named_by_their_number_and_the_others_are_written() throws Exception {
    Load load = new Load();
    load.header();
    load.rows(0, 100, 7);
    load.tuples(
        List.of(
            Tuple.newBuilder().addValues(text("p")).addValues(text("no number")).build(),
            Tuple.newBuilder().addValues(text("p")).build(),
            Tuple.newBuilder()
                .addValues(Value.getDefaultInstance())
                .addValues(number(1))
                .addValues(text("no key"))
                .build()));
    load.rows(100, 50, 7);

    List<BulkLoadResponse> answers = load.finish();

    assertThat(answers.getLast().getRowsDurable()).isEqualTo(153);
    assertThat(answers.stream().flatMap(it -> it.getErrorsList().stream()))
        .extracting(BulkLoadError::getRow)
        .containsExactly(100L, 101L, 102L);
    assertThat(answers.stream().flatMap(it -> it.getErrorsList().stream()))
        .extracting(it -> it.getError().getCode())
        .containsExactly("INVALID_REQUEST", "INVALID_REQUEST", "NULL_IN_KEY");
    assertThat(fixture.cluster.rowCount()).isEqualTo(150);
  }

  @Test
  void the_last_of_rows_with_the_same_key_wins() throws Exception {
    Load load = new Load();
    load.header();
    for (int i = 0; i < 200; i++) {
      load.tuples(List.of(row("same", 1, "v" + i)));
    }
    load.finish();

    assertThat(fixture.value("same", 1)).isEqualTo("v199");
  }

  @Test
  void a_load_rides_over_a_broken_stream_and_applies_nothing_twice() throws Exception {
    Load load = new Load();
    load.header();
    load.rows(0, 1_000, 11);
    FakeNode node = fixture.cluster.nodes.getFirst();
    node.behaviour = Behaviour.APPLIES_THEN_BREAKS;
    load.rows(1_000, 1_000, 11);

    assertThat(load.finish().getLast().getRowsDurable()).isEqualTo(2_000);
    assertThat(fixture.cluster.rowCount()).isEqualTo(2_000);
  }

  @Test
  void a_stalled_shard_stops_the_reading_and_not_the_others() throws Exception {
    FakeNode stalled = fixture.cluster.nodes.getFirst();
    Load load = new Load();
    load.header();
    load.rows(0, 100, 100);
    await().until(() -> load.durable() == 100);
    stalled.behaviour = Behaviour.SILENT;
    load.rows(100, 1_000, 100);
    await().until(() -> stalled.held() > 0 && fixture.cluster.rowCount() > 500);
    assertThat(load.durable()).isLessThan(1_100);

    stalled.releaseHeld();

    assertThat(load.finish().getLast().getRowsDurable()).isEqualTo(1_100);
    assertThat(fixture.cluster.rowCount()).isEqualTo(1_100);
  }

  @Test
  void an_empty_load_is_answered_with_nothing_written() throws Exception {
    Load load = new Load();
    load.header();

    assertThat(load.finish().getLast().getRowsDurable()).isZero();
  }

  @Test
  void a_load_without_a_header_or_with_two_is_refused() {
    Load first = new Load();
    first.rows(0, 1, 1);
    assertThatThrownBy(first::finish).hasMessageContaining("header");

    Load second = new Load();
    second.header();
    second.header();
    assertThatThrownBy(second::finish).hasMessageContaining("one header");
  }

  @Test
  void an_unknown_table_or_column_ends_the_load() {
    Load table = new Load();
    table.send(
        BulkLoadRequest.newBuilder().setHeader(BulkLoadHeader.newBuilder().setTable("no")).build());
    assertThatThrownBy(table::finish).hasMessageContaining("no table");

    Load column = new Load();
    column.send(
        BulkLoadRequest.newBuilder()
            .setHeader(BulkLoadHeader.newBuilder().setTable("items").addColumns("no"))
            .build());
    assertThatThrownBy(column::finish).hasMessageContaining("no column");
  }

  @Test
  void a_client_that_leaves_ends_its_load() {
    Load load = new Load();
    load.header();
    load.rows(0, 10, 1);
    await().until(() -> load.durable() == 10);
    load.leave();

    await()
        .until(
            () ->
                fixture.metric("keelson_router_request_seconds_count", "method", "BULK_LOAD") == 1);
  }

  private static Tuple row(String bucket, long id, String value) {
    return Tuple.newBuilder()
        .addValues(text(bucket))
        .addValues(number(id))
        .addValues(text(value))
        .build();
  }

  private final class Load implements StreamObserver<BulkLoadResponse> {
    private final List<BulkLoadResponse> answers = new CopyOnWriteArrayList<>();
    private final CompletableFuture<List<BulkLoadResponse>> end = new CompletableFuture<>();
    private final StreamObserver<BulkLoadRequest> stream =
        DatabaseGrpc.newStub(fixture.channel).bulkLoad(this);

    void send(BulkLoadRequest message) {
      stream.onNext(message);
    }

    void header() {
      send(
          BulkLoadRequest.newBuilder()
              .setHeader(
                  BulkLoadHeader.newBuilder()
                      .setTable("items")
                      .addColumns("bucket")
                      .addColumns("id")
                      .addColumns("value"))
              .build());
    }

    void tuples(List<Tuple> rows) {
      send(BulkLoadRequest.newBuilder().addAllRows(rows).build());
    }

    void rows(long first, int count, int partitions) {
      BulkLoadRequest.Builder message = BulkLoadRequest.newBuilder();
      for (long id = first; id < first + count; id++) {
        message.addRows(row("p" + id % partitions, id, "v" + id));
      }
      send(message.build());
    }

    long durable() {
      return answers.isEmpty() ? 0 : answers.getLast().getRowsDurable();
    }

    List<BulkLoadResponse> finish() throws Exception {
      stream.onCompleted();
      return end.get(20, TimeUnit.SECONDS);
    }

    void leave() {
      stream.onError(new IllegalStateException("the client leaves"));
    }

    @Override
    public void onNext(BulkLoadResponse answer) {
      answers.add(answer);
    }

    @Override
    public void onError(Throwable why) {
      end.completeExceptionally(why);
    }

    @Override
    public void onCompleted() {
      end.complete(answers);
    }
  }
}
