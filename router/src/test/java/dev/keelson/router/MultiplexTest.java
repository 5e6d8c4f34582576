package dev.keelson.router;

import static dev.keelson.router.RouterFixture.errorOf;
import static dev.keelson.router.RouterFixture.getOf;
import static dev.keelson.router.RouterFixture.key;
import static dev.keelson.router.RouterFixture.putOf;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.keelson.proto.v1.Answer;
import dev.keelson.proto.v1.BatchGetKey;
import dev.keelson.proto.v1.BatchGetRequest;
import dev.keelson.proto.v1.Call;
import dev.keelson.proto.v1.DeleteRequest;
import dev.keelson.proto.v1.InsertRequest;
import dev.keelson.proto.v1.UpdateRequest;
import dev.keelson.proto.v1.WriteBatchRequest;
import dev.keelson.proto.v1.WriteOperation;
import dev.keelson.router.FakeNode.Behaviour;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class MultiplexTest {
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
  void all_kinds_of_calls_are_answered_like_unary_ones() {
    MultiplexClient client = new MultiplexClient(fixture);
    InsertRequest insert =
        InsertRequest.newBuilder().setTable("items").addAllCells(key("a", 2)).build();
    UpdateRequest update =
        UpdateRequest.newBuilder()
            .setTable("items")
            .addAllCells(key("a", 2))
            .addCells(RouterFixture.cell("value", "changed"))
            .build();
    DeleteRequest delete =
        DeleteRequest.newBuilder().setTable("items").addAllKey(key("a", 1)).build();
    WriteBatchRequest batch =
        WriteBatchRequest.newBuilder()
            .addOperations(WriteOperation.newBuilder().setPut(putOf("a", 3, "three")))
            .build();
    BatchGetRequest gets =
        BatchGetRequest.newBuilder()
            .setTable("items")
            .addKeys(BatchGetKey.newBuilder().addAllKey(key("a", 2)))
            .addKeys(BatchGetKey.newBuilder().addAllKey(key("b", 2)))
            .build();

    assertThat(one(client, Call.newBuilder().setPut(putOf("a", 1, "one"))).hasWrite()).isTrue();
    assertThat(one(client, Call.newBuilder().setInsert(insert)).hasWrite()).isTrue();
    assertThat(one(client, Call.newBuilder().setUpdate(update)).hasWrite()).isTrue();
    assertThat(one(client, Call.newBuilder().setDelete(delete)).getWrite().getRowsFound())
        .isEqualTo(1);
    assertThat(one(client, Call.newBuilder().setWriteBatch(batch)).hasWrite()).isTrue();
    assertThat(one(client, Call.newBuilder().setGet(getOf("a", 2))).getGet())
        .isEqualTo(fixture.get("a", 2));
    assertThat(one(client, Call.newBuilder().setBatchGet(gets)).getBatchGet())
        .isEqualTo(fixture.client().batchGet(gets));
    assertThat(one(client, Call.newBuilder().setInsert(insert)).getError())
        .isEqualTo(errorOf(() -> fixture.client().insert(insert)));
    assertThat(one(client, Call.newBuilder()).getError().getCode()).isEqualTo("NOT_SUPPORTED");
  }

  @Test
  void many_calls_of_a_frame_are_answered_in_few_frames() {
    MultiplexClient client = new MultiplexClient(fixture);
    client.send(
        LongStream.range(0, 2_000)
            .mapToObj(id -> Call.newBuilder().setId(id).setPut(putOf("b" + id, id, "v")).build())
            .toList());

    Map<Long, Answer> answers = new HashMap<>();
    for (int i = 0; i < 2_000; i++) {
      Answer answer = client.next();
      answers.put(answer.getId(), answer);
    }

    assertThat(answers).hasSize(2_000);
    assertThat(answers.values()).allMatch(Answer::hasWrite);
    assertThat(client.frames.get()).isLessThan(200);
    assertThat(fixture.cluster.nodes.stream().mapToInt(node -> node.frames.get()).sum())
        .isLessThan(200);
  }

  @Test
  void one_slow_call_does_not_hold_up_the_others() {
    FakeShard slow = fixture.shardOf("a");
    String other =
        LongStream.range(0, 100)
            .mapToObj(i -> "other" + i)
            .filter(bucket -> fixture.leaderOf(fixture.shardOf(bucket)) != fixture.leaderOf(slow))
            .findFirst()
            .orElseThrow();
    fixture.leaderOf(slow).behaviour = Behaviour.SILENT;
    MultiplexClient client = new MultiplexClient(fixture);
    client.send(
        List.of(
            Call.newBuilder().setId(1).setGet(getOf("a", 1)).build(),
            Call.newBuilder().setId(2).setGet(getOf(other, 1)).build()));

    assertThat(client.next().getId()).isEqualTo(2);
    fixture.leaderOf(slow).releaseHeld();
    assertThat(client.next().getId()).isEqualTo(1);
  }

  @Test
  void what_is_beyond_the_limit_of_a_connection_is_refused_and_the_rest_is_served() {
    fixture.cluster.nodes.forEach(node -> node.behaviour = Behaviour.SILENT);
    MultiplexClient client = new MultiplexClient(fixture);
    client.send(
        LongStream.range(0, 5_000)
            .mapToObj(id -> Call.newBuilder().setId(id).setGet(getOf("a" + id, 1)).build())
            .toList());

    List<Answer> refused = new ArrayList<>();
    for (int i = 0; i < 5_000 - 4_096; i++) {
      refused.add(client.next());
    }
    assertThat(refused)
        .allMatch(answer -> answer.getError().getCode().equals("TOO_MANY_IN_FLIGHT"));
    await().until(() -> fixture.cluster.nodes.stream().mapToInt(FakeNode::held).sum() == 4_096);

    fixture.cluster.nodes.forEach(FakeNode::releaseHeld);
    for (int i = 0; i < 4_096; i++) {
      assertThat(client.next().hasGet()).isTrue();
    }
  }

  @Test
  void a_client_that_takes_no_answers_is_cut_off_before_they_fill_the_memory() {
    fixture.put("large", 1, "x".repeat(1 << 19));
    MultiplexClient client = new MultiplexClient(fixture, false);
    List<Call> frame =
        LongStream.range(0, 400)
            .mapToObj(id -> Call.newBuilder().setId(id).setGet(getOf("large", 1)).build())
            .toList();
    client.send(frame);
    await().until(() -> openStreams() == 0);

    client.takeAnswers(Integer.MAX_VALUE);

    assertThatThrownBy(client.ended::get).hasMessageContaining("were not taken");
    assertThat(client.answers.size()).isLessThan(400);
  }

  private double openStreams() {
    Double open = fixture.metrics.registry().getSampleValue("keelson_router_multiplex_streams");
    return open == null ? 0 : open;
  }

  @Test
  void the_stream_ends_when_the_client_is_done_and_all_is_answered() throws Exception {
    MultiplexClient client = new MultiplexClient(fixture);
    client.send(List.of(Call.newBuilder().setId(1).setPut(putOf("a", 1, "x")).build()));
    client.finish();

    assertThat(client.ended.get()).isTrue();
    assertThat(client.next().hasWrite()).isTrue();
  }

  @Test
  void a_frame_with_too_many_calls_ends_its_stream_only() {
    MultiplexClient client = new MultiplexClient(fixture);
    client.send(
        LongStream.range(0, 10_001)
            .mapToObj(id -> Call.newBuilder().setId(id).setGet(getOf("a", 1)).build())
            .toList());

    assertThatThrownBy(client.ended::get).hasMessageContaining("10000");
    fixture.put("a", 1, "still there");
  }

  private static Answer one(MultiplexClient client, Call.Builder call) {
    client.send(List.of(call.setId(7).build()));
    return client.next();
  }
}
