package dev.keelson.router;

import static dev.keelson.router.RouterFixture.cell;
import static dev.keelson.router.RouterFixture.errorOf;
import static dev.keelson.router.RouterFixture.number;
import static dev.keelson.router.RouterFixture.scanOf;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.keelson.proto.v1.Bound;
import dev.keelson.proto.v1.Consistency;
import dev.keelson.proto.v1.ReadOptions;
import dev.keelson.proto.v1.ScanRequest;
import dev.keelson.proto.v1.ScanResponse;
import dev.keelson.router.FakeNode.Behaviour;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ScanTest {
  private static final int ROWS = 25;
  private RouterFixture fixture;

  @BeforeEach
  void start() throws IOException {
    fixture = RouterFixture.start(4);
    LongStream.range(0, ROWS).forEach(id -> fixture.put("a", id, "v" + id));
    LongStream.range(0, 3).forEach(id -> fixture.put("b", id, "other"));
    fixture.cluster.nodes.forEach(node -> node.greatestPage = 4);
  }

  @AfterEach
  void stop() {
    fixture.close();
  }

  @Test
  void rows_of_one_partition_come_in_order_over_many_pages() {
    List<ScanResponse> answers = all(scanOf("a"));

    assertThat(ids(answers)).isEqualTo(range(0, ROWS));
    assertThat(answers).hasSize(7);
    assertThat(answers.getFirst().getColumnsList())
        .containsExactly("bucket", "id", "value", "rating");
    assertThat(answers.get(1).getColumnsList()).isEmpty();
    assertThat(answers.getLast().getContinuation()).isEmpty();
    assertThat(answers)
        .allMatch(answer -> answer.getVersionsCount() == answer.getRowsCount())
        .allMatch(answer -> answer.getServed().getNode().startsWith("n"));
  }

  @Test
  void a_reversed_scan_comes_in_the_opposite_order() {
    assertThat(ids(all(scanOf("a").toBuilder().setReverse(true).build())))
        .isEqualTo(range(0, ROWS).reversed());
  }

  @Test
  void bounds_are_on_the_clustering_columns() {
    ScanRequest between =
        scanOf("a").toBuilder()
            .setLower(Bound.newBuilder().addPrefix(number(5)))
            .setUpper(Bound.newBuilder().addPrefix(number(9)).setExclusive(true))
            .build();

    assertThat(ids(all(between))).isEqualTo(range(5, 9));
    assertThat(ids(all(between.toBuilder().setReverse(true).setLimit(2).build())))
        .isEqualTo(List.of(8L, 7L));
  }

  @Test
  void a_partition_without_rows_is_answered_once_with_its_columns() {
    List<ScanResponse> answers = all(scanOf("empty"));

    assertThat(answers).hasSize(1);
    assertThat(answers.getFirst().getRowsCount()).isZero();
    assertThat(answers.getFirst().getColumnsCount()).isEqualTo(4);
  }

  @Test
  void contradicting_bounds_give_no_rows() {
    ScanRequest none =
        scanOf("a").toBuilder()
            .setLower(Bound.newBuilder().addPrefix(number(9)))
            .setUpper(Bound.newBuilder().addPrefix(number(5)))
            .build();

    assertThat(ids(all(none))).isEmpty();
  }

  @Test
  void a_limit_ends_the_call_with_a_continuation_that_goes_on_behind_it() {
    ScanRequest limited = scanOf("a").toBuilder().setLimit(10).build();

    List<ScanResponse> first = all(limited);
    List<ScanResponse> second = all(resumed(limited, first));
    List<ScanResponse> third = all(resumed(limited, second));

    assertThat(ids(first)).isEqualTo(range(0, 10));
    assertThat(ids(second)).isEqualTo(range(10, 20));
    assertThat(ids(third)).isEqualTo(range(20, ROWS));
    assertThat(third.getLast().getContinuation()).isEmpty();
  }

  @Test
  void a_scan_goes_on_from_any_of_its_answers_through_another_router_and_leader()
      throws IOException {
    List<ScanResponse> answers = all(scanOf("a"));
    FakeShard shard = fixture.shardOf("a");
    fixture.cluster.leads(shard, fixture.followerOf(shard));
    fixture.cluster.publish(shard);

    try (RouterFixture other = RouterFixture.another(fixture.cluster)) {
      for (int i = 0; i + 1 < answers.size(); i++) {
        ScanRequest rest =
            scanOf("a").toBuilder().setContinuation(answers.get(i).getContinuation()).build();
        List<Long> seen = new ArrayList<>(ids(answers.subList(0, i + 1)));
        seen.addAll(ids(all(other, rest)));
        assertThat(seen).isEqualTo(range(0, ROWS));
      }
    }
  }

  @Test
  void tokens_that_were_changed_or_belong_elsewhere_are_refused_clearly() {
    ScanRequest limited = scanOf("a").toBuilder().setLimit(10).build();
    ByteString token = all(limited).getLast().getContinuation();
    byte[] changed = token.toByteArray();
    changed[changed.length - 1] ^= 1;

    List<ScanRequest> refused =
        List.of(
            limited.toBuilder().setContinuation(ByteString.copyFrom(changed)).build(),
            limited.toBuilder().setContinuation(token.substring(0, 7)).build(),
            limited.toBuilder().setContinuation(ByteString.copyFromUtf8("x")).build(),
            limited.toBuilder().setContinuation(ByteString.copyFrom(new byte[300_000])).build(),
            limited.toBuilder().setContinuation(token).setReverse(true).build(),
            scanOf("b").toBuilder().setContinuation(token).build());

    assertThat(refused)
        .allSatisfy(
            request ->
                assertThat(errorOf(() -> all(request)).getCode())
                    .isEqualTo("INVALID_CONTINUATION"));
  }

  @Test
  void a_scan_rides_over_a_broken_stream() {
    Iterator<ScanResponse> answers = fixture.client().scan(scanOf("a"));
    List<ScanResponse> taken = new ArrayList<>();
    taken.add(answers.next());
    FakeNode leader =
        fixture.leaderOf(fixture.cluster.shard(taken.getFirst().getServed().getShard()));
    leader.breakStreams();
    answers.forEachRemaining(taken::add);

    assertThat(ids(taken)).isEqualTo(range(0, ROWS));
  }

  @Test
  void a_stale_scan_needs_no_leader() {
    FakeShard shard = fixture.shardOf("a");
    fixture.cluster.elects(shard);
    ScanRequest stale =
        scanOf("a").toBuilder()
            .setOptions(ReadOptions.newBuilder().setConsistency(Consistency.STALE))
            .build();

    assertThat(ids(all(stale))).isEqualTo(range(0, ROWS));
  }

  @Test
  void a_confused_node_ends_a_scan_instead_of_letting_it_turn_for_ever() {
    fixture.leaderOf(fixture.shardOf("a")).behaviour = Behaviour.CONFUSED;

    assertThat(errorOf(() -> all(scanOf("a"))).getCode()).isEqualTo("INTERNAL");
  }

  @Test
  void mistakes_in_scans_are_refused() {
    assertThat(errorOf(() -> all(scanOf("a").toBuilder().setTable("no").build())).getCode())
        .isEqualTo("TABLE_NOT_FOUND");
    assertThat(errorOf(() -> all(scanOf("a").toBuilder().clearPartition().build())).getCode())
        .isEqualTo("NULL_IN_KEY");
    assertThat(
            errorOf(() -> all(scanOf("a").toBuilder().addPartition(cell("id", 1)).build()))
                .getCode())
        .isEqualTo("INVALID_REQUEST");
    assertThat(
            errorOf(
                    () ->
                        all(
                            scanOf("a").toBuilder()
                                .setLower(
                                    Bound.newBuilder().addPrefix(RouterFixture.text("no number")))
                                .build()))
                .getCode())
        .isEqualTo("TYPE_MISMATCH");
  }

  private List<ScanResponse> all(ScanRequest request) {
    return all(fixture, request);
  }

  private static List<ScanResponse> all(RouterFixture router, ScanRequest request) {
    List<ScanResponse> answers = new ArrayList<>();
    router.client().scan(request).forEachRemaining(answers::add);
    return answers;
  }

  private static ScanRequest resumed(ScanRequest request, List<ScanResponse> answers) {
    ByteString continuation = answers.getLast().getContinuation();
    assertThat(continuation).isNotEmpty();
    return request.toBuilder().setContinuation(continuation).build();
  }

  private static List<Long> ids(List<ScanResponse> answers) {
    return answers.stream()
        .flatMap(answer -> answer.getRowsList().stream())
        .map(row -> row.getValues(1).getInt64Value())
        .toList();
  }

  private static List<Long> range(long from, long to) {
    return LongStream.range(from, to).boxed().toList();
  }
}
