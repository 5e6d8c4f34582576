package dev.keelson.router;

import static dev.keelson.router.RouterFixture.errorOf;
import static dev.keelson.router.RouterFixture.getOf;
import static dev.keelson.router.RouterFixture.putOf;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.keelson.proto.v1.Consistency;
import dev.keelson.proto.v1.DatabaseGrpc;
import dev.keelson.proto.v1.Error;
import dev.keelson.proto.v1.GetResponse;
import dev.keelson.proto.v1.PutRequest;
import dev.keelson.proto.v1.ReadOptions;
import dev.keelson.proto.v1.WriteResponse;
import dev.keelson.router.FakeNode.Behaviour;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class FailoverTest {
  private static final Duration LONG = Duration.ofSeconds(20);
  private static final Duration SHORT = Duration.ofMillis(300);
  private static final Executor THREADS = Executors.newVirtualThreadPerTaskExecutor();
  private RouterFixture fixture;
  private FakeShard shard;
  private FakeNode leader;
  private FakeNode follower;

  @BeforeEach
  void start() throws IOException {
    fixture = RouterFixture.start(1);
    shard = fixture.cluster.shard(1);
    leader = fixture.leaderOf(shard);
    follower = fixture.followerOf(shard);
  }

  @AfterEach
  void stop() {
    fixture.close();
  }

  @Test
  void a_refusal_with_a_hint_is_followed_at_once_and_remembered() {
    fixture.cluster.leads(shard, follower);

    WriteResponse first = fixture.client().put(putOf("a", 1, "x"));
    int callsOfOldLeader = leader.calls.get();
    WriteResponse second = fixture.client().put(putOf("a", 2, "x"));

    assertThat(first.getServed().getNode()).isEqualTo(follower.id.name());
    assertThat(first.getServed().getTerm()).isEqualTo(2);
    assertThat(second.getServed().getNode()).isEqualTo(follower.id.name());
    assertThat(leader.calls.get()).isEqualTo(callsOfOldLeader);
    assertThat(shard.commandsApplied()).isEqualTo(2);
  }

  @Test
  void a_refusal_without_a_hint_is_waited_out_until_the_node_leads() {
    leader.behaviour = Behaviour.REFUSES_WITHOUT_HINT;
    CompletableFuture<WriteResponse> write = putLater(putOf("a", 1, "x"), LONG);
    await().until(() -> leader.calls.get() >= 3);

    leader.behaviour = Behaviour.CORRECT;

    assertThat(write.join().getRowsFound()).isZero();
    assertThat(shard.commandsApplied()).isEqualTo(1);
  }

  @Test
  void what_a_shard_no_longer_holds_goes_where_a_newer_map_says() {
    List<FakeShard> children = fixture.cluster.splits(shard);
    CompletableFuture<WriteResponse> write = putLater(putOf("a", 1, "x"), LONG);
    CompletableFuture<GetResponse> read =
        CompletableFuture.supplyAsync(() -> fixture.client(LONG).get(getOf("a", 2)), THREADS);
    await().until(() -> leader.calls.get() >= 4);

    fixture.cluster.publishSplit(shard, children);

    assertThat(write.join().getServed().getShard()).isIn(101, 102);
    assertThat(read.join().getFound()).isFalse();
    assertThat(shard.commandsApplied()).isZero();
    assertThat(fixture.cluster.commandsApplied()).isEqualTo(1);
  }

  @Test
  void nodes_that_point_at_each_other_do_not_make_the_router_spin() {
    leader.behaviour = Behaviour.REFUSES_WITH_HINT;
    fixture.cluster.leads(shard, follower);
    follower.behaviour = Behaviour.REFUSES_WITH_HINT;

    Error error = errorOf(() -> fixture.client(SHORT).put(putOf("a", 1, "x")));

    assertThat(error.getCode()).isIn("NO_LEADER", "DEADLINE_EXCEEDED");
    assertThat(leader.calls.get() + follower.calls.get()).isLessThan(40);
  }

  @Test
  void a_write_waits_for_the_election_of_a_shard_without_a_leader() {
    fixture.cluster.elects(shard);
    CompletableFuture<WriteResponse> write = putLater(putOf("a", 1, "x"), LONG);
    await().until(() -> fixture.metric("keelson_router_retries_total", "reason", "NO_LEADER") > 0);

    shard.leader = follower.id;
    fixture.cluster.publish(shard);

    assertThat(write.join().getServed().getNode()).isEqualTo(follower.id.name());
  }

  @Test
  void without_a_leader_the_deadline_ends_the_wait() {
    fixture.cluster.elects(shard);

    Error error = errorOf(() -> fixture.client(SHORT).put(putOf("a", 1, "x")));

    assertThat(error.getCode()).isIn("NO_LEADER", "DEADLINE_EXCEEDED");
    assertThat(shard.commandsApplied()).isZero();
  }

  @Test
  void a_write_with_its_name_that_was_applied_unseen_is_sent_again_and_applied_once() {
    long session = fixture.openSession();
    leader.behaviour = Behaviour.APPLIES_THEN_BREAKS;

    WriteResponse answer = fixture.client().put(putOf("a", 1, "x", session, 1));

    assertThat(shard.commandsApplied()).isEqualTo(2);
    assertThat(answer.getVersion()).isEqualTo(fixture.get("a", 1).getVersion()).isEqualTo(1);
  }

  @Test
  void a_write_without_a_name_that_may_have_been_applied_is_never_sent_again() {
    leader.behaviour = Behaviour.APPLIES_THEN_BREAKS;

    Error error = errorOf(() -> fixture.client().put(putOf("a", 1, "x")));

    assertThat(error.getCode()).isEqualTo("OUTCOME_UNKNOWN");
    assertThat(error.getOutcomeUnknown()).isTrue();
    fixture.awaitConnected();
    assertThat(fixture.value("a", 1)).isEqualTo("x");
    assertThat(shard.commandsApplied()).isEqualTo(1);
  }

  @Test
  void a_node_that_says_unknown_is_asked_again_only_about_a_named_write() {
    leader.behaviour = Behaviour.APPLIES_THEN_UNKNOWN;
    Error error = errorOf(() -> fixture.client().put(putOf("a", 1, "x")));
    assertThat(error.getCode()).isEqualTo("OUTCOME_UNKNOWN");
    assertThat(error.getOutcomeUnknown()).isTrue();
    assertThat(shard.commandsApplied()).isEqualTo(1);

    leader.behaviour = Behaviour.APPLIES_THEN_UNKNOWN;
    fixture.client().put(putOf("a", 2, "x", fixture.openSession(), 1));
    assertThat(shard.commandsApplied()).isEqualTo(3);
  }

  @Test
  void a_read_in_flight_on_a_broken_stream_is_sent_again() throws Exception {
    fixture.put("a", 1, "x");
    leader.behaviour = Behaviour.SILENT;
    CompletableFuture<GetResponse> read =
        CompletableFuture.supplyAsync(() -> fixture.client(LONG).get(getOf("a", 1)), THREADS);
    await().until(() -> leader.held() == 1);

    leader.behaviour = Behaviour.CORRECT;
    leader.breakStreams();

    assertThat(read.get().getFound()).isTrue();
  }

  @Test
  void what_hangs_on_an_old_leader_goes_to_the_new_one_as_soon_as_the_map_names_it() {
    whatHangsIsFreedBy(
        () -> {
          fixture.cluster.elects(shard);
          shard.leader = follower.id;
          fixture.cluster.publish(shard);
        });
  }

  @Test
  void what_hangs_on_an_old_leader_is_freed_too_when_the_election_was_not_seen() {
    whatHangsIsFreedBy(
        () -> {
          fixture.cluster.leads(shard, follower);
          fixture.cluster.publish(shard);
        });
  }

  private void whatHangsIsFreedBy(Runnable election) {
    long session = fixture.openSession();
    leader.behaviour = Behaviour.SILENT;
    CompletableFuture<WriteResponse> named = putLater(putOf("a", 1, "x", session, 1), LONG);
    CompletableFuture<WriteResponse> unnamed = putLater(putOf("a", 2, "x"), Duration.ofSeconds(2));
    CompletableFuture<GetResponse> read =
        CompletableFuture.supplyAsync(() -> fixture.client(LONG).get(getOf("a", 3)), THREADS);
    await().until(() -> leader.held() == 3);

    election.run();

    assertThat(named.join().getServed().getNode()).isEqualTo(follower.id.name());
    assertThat(read.join().getServed().getNode()).isEqualTo(follower.id.name());
    assertThat(shard.commandsApplied()).isEqualTo(1);
    assertThat(unnamed).isNotDone();
  }

  @Test
  void a_killed_leader_is_waited_out_until_another_one_is_named() {
    leader.stop();
    long session = fixture.openSession();
    CompletableFuture<WriteResponse> write = putLater(putOf("a", 1, "x", session, 1), LONG);
    await().until(() -> fixture.openLinks() == 2);
    assertThat(write).isNotDone();

    fixture.cluster.leads(shard, follower);
    fixture.cluster.publish(shard);

    assertThat(write.join().getServed().getNode()).isEqualTo(follower.id.name());
  }

  @Test
  void the_router_reconnects_to_a_node_that_comes_back() throws IOException {
    leader.stop();
    await().until(() -> fixture.openLinks() == 2);

    leader.start();

    assertThat(fixture.client(LONG).put(putOf("a", 1, "x")).getServed().getNode())
        .isEqualTo(leader.id.name());
  }

  @Test
  void a_node_that_is_no_longer_registered_serves_on_while_its_stream_lives() {
    fixture.cluster.unregister(leader);

    assertThat(fixture.client().put(putOf("a", 1, "x")).getServed().getNode())
        .isEqualTo(leader.id.name());
  }

  @Test
  void a_silent_node_ends_a_write_without_a_name_as_unknown_over_multiplex_deadlines() {
    leader.behaviour = Behaviour.SILENT;
    Error error = new MultiplexClient(fixture).call(putOf("a", 1, "x"), 200).getError();

    assertThat(error.getCode()).isEqualTo("OUTCOME_UNKNOWN");
    assertThat(error.getOutcomeUnknown()).isTrue();
  }

  @Test
  void a_read_that_nobody_answers_ends_with_its_deadline() {
    leader.behaviour = Behaviour.SILENT;
    Error error = new MultiplexClient(fixture).call(getOf("a", 1), 200).getError();

    assertThat(error.getCode()).isEqualTo("DEADLINE_EXCEEDED");
    assertThat(error.getOutcomeUnknown()).isFalse();
  }

  @Test
  void stale_reads_go_to_another_replica_when_the_nearest_is_down() {
    fixture.put("a", 1, "x");
    FakeNode nearest = fixture.cluster.nodes.get(1);
    nearest.stop();
    ReadOptions stale = ReadOptions.newBuilder().setConsistency(Consistency.STALE).build();

    GetResponse read = fixture.client().get(getOf("a", 1).toBuilder().setOptions(stale).build());

    assertThat(read.getFound()).isTrue();
    assertThat(read.getServed().getNode()).isNotEqualTo(nearest.id.name());
  }

  @Test
  void stale_reads_need_no_leader() {
    fixture.put("a", 1, "x");
    fixture.cluster.elects(shard);
    ReadOptions stale = ReadOptions.newBuilder().setConsistency(Consistency.STALE).build();

    assertThat(fixture.client().get(getOf("a", 1).toBuilder().setOptions(stale).build()).getFound())
        .isTrue();
  }

  @Test
  void an_overloaded_node_is_not_pressed_further() {
    leader.behaviour = Behaviour.OVERLOADED;

    Error error = errorOf(() -> fixture.client().put(putOf("a", 1, "x")));

    assertThat(error.getCode()).isEqualTo("OVERLOADED");
    assertThat(leader.calls.get()).isEqualTo(1);
  }

  @Test
  void a_confused_node_fails_the_request_and_nothing_else() {
    leader.behaviour = Behaviour.CONFUSED;
    assertThat(errorOf(() -> fixture.get("a", 1)).getCode()).isEqualTo("INTERNAL");
    Error error = errorOf(() -> fixture.client().put(putOf("a", 1, "x")));
    assertThat(error.getCode()).isEqualTo("INTERNAL");
    assertThat(error.getOutcomeUnknown()).isTrue();

    leader.behaviour = Behaviour.CORRECT;
    fixture.put("a", 1, "x");
    assertThat(fixture.value("a", 1)).isEqualTo("x");
  }

  @Test
  void garbage_from_a_node_breaks_its_stream_only_until_it_comes_back() {
    leader.behaviour = Behaviour.GARBAGE;
    assertThat(errorOf(() -> fixture.client().put(putOf("a", 1, "x"))).getCode())
        .isEqualTo("OUTCOME_UNKNOWN");

    leader.behaviour = Behaviour.CORRECT;
    assertThat(fixture.client(LONG).put(putOf("a", 1, "x")).getVersion()).isPositive();
  }

  private CompletableFuture<WriteResponse> putLater(PutRequest request, Duration deadline) {
    DatabaseGrpc.DatabaseBlockingStub client = fixture.client(deadline);
    return CompletableFuture.supplyAsync(() -> client.put(request), THREADS);
  }
}
