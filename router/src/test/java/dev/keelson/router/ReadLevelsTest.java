package dev.keelson.router;

import static dev.keelson.router.RouterFixture.errorOf;
import static dev.keelson.router.RouterFixture.getOf;
import static dev.keelson.router.RouterFixture.key;
import static dev.keelson.router.RouterFixture.putOf;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.keelson.proto.internal.v1.NodeCall;
import dev.keelson.proto.v1.BatchGetKey;
import dev.keelson.proto.v1.BatchGetRequest;
import dev.keelson.proto.v1.Consistency;
import dev.keelson.proto.v1.Error;
import dev.keelson.proto.v1.ErrorCategory;
import dev.keelson.proto.v1.GetResponse;
import dev.keelson.proto.v1.Proof;
import dev.keelson.proto.v1.ReadOptions;
import dev.keelson.proto.v1.ScanResponse;
import dev.keelson.proto.v1.Served;
import dev.keelson.proto.v1.SessionToken;
import dev.keelson.router.FakeNode.Behaviour;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Reads at replicas with a bound, and what sessions have seen. */
class ReadLevelsTest {
  private static final ReadOptions BOUNDED = bounded(500).build();
  private RouterFixture fixture;
  private FakeShard shard;
  private FakeNode leader;
  private FakeNode near;
  private FakeNode far;

  @BeforeEach
  void start() throws IOException {
    fixture = RouterFixture.start(1);
    shard = fixture.cluster.shard(1);
    leader = fixture.leaderOf(shard);
    // The router is in zone2, as n2 is.
    near = fixture.cluster.nodes.get(1);
    far =
        fixture.cluster.nodes.stream()
            .filter(it -> it != leader && it != near)
            .findFirst()
            .orElseThrow();
    fixture.put("a", 1, "x");
  }

  @AfterEach
  void stop() {
    fixture.close();
  }

  @Test
  void a_bounded_read_is_answered_by_the_nearest_replica_with_its_age() {
    Served served = read(BOUNDED).getServed();

    assertThat(served.getNode()).isEqualTo(near.id.name());
    assertThat(served.getProof()).isEqualTo(Proof.FOLLOWER);
    assertThat(served.getAgeMillis()).isEqualTo(7);
    assertThat(served.getIndex()).isEqualTo(shard.index());
  }

  @Test
  void a_replica_that_is_too_stale_leaves_the_read_to_another_one_before_the_leader() {
    near.behaviour = Behaviour.TOO_STALE;

    assertThat(read(BOUNDED).getServed().getNode()).isEqualTo(far.id.name());
  }

  @Test
  void the_leader_answers_what_no_other_replica_can() {
    near.behaviour = Behaviour.TOO_STALE;
    far.behaviour = Behaviour.TOO_STALE;

    Served served = read(BOUNDED).getServed();

    assertThat(served.getNode()).isEqualTo(leader.id.name());
    assertThat(served.getProof()).isEqualTo(Proof.LEASE);
    assertThat(served.hasAgeMillis()).isTrue();
    assertThat(served.getAgeMillis()).isZero();
  }

  @Test
  void a_bound_that_nobody_can_keep_ends_with_an_error_that_says_so() {
    fixture.cluster.nodes.forEach(node -> node.behaviour = Behaviour.TOO_STALE);

    Error error =
        errorOf(
            () ->
                fixture
                    .client(Duration.ofMillis(300))
                    .get(getOf("a", 1).toBuilder().setOptions(BOUNDED).build()));

    assertThat(error.getCode()).isIn("TOO_STALE", "DEADLINE_EXCEEDED");
    assertThat(near.calls.get()).isGreaterThan(1);
  }

  @Test
  void the_age_of_a_stale_read_is_not_known() {
    ReadOptions stale = ReadOptions.newBuilder().setConsistency(Consistency.STALE).build();

    assertThat(read(stale).getServed().hasAgeMillis()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(longs = {-5, 0, 3_600_001})
  void a_bound_that_makes_no_sense_is_refused(long millis) {
    assertThat(
            errorOf(
                () ->
                    fixture
                        .client()
                        .get(getOf("a", 1).toBuilder().setOptions(bounded(millis)).build())))
        .returns("INVALID_REQUEST", Error::getCode)
        .returns(ErrorCategory.USER, Error::getCategory);
    assertThat(errorOf(() -> scan(bounded(millis)))).returns("INVALID_REQUEST", Error::getCode);
  }

  @Test
  void a_shard_is_told_what_the_session_has_seen_of_it_and_nothing_else() {
    read(BOUNDED.toBuilder().addSeen(token(1, 30)).addSeen(token(2, 99)).build());

    NodeCall call = near.reads.getLast();
    assertThat(call.getLeastIndex()).isEqualTo(30);
    assertThat(call.getRead().getOptions().getSeenCount()).isZero();
  }

  @Test
  void a_batch_carries_the_tokens_of_its_shards() {
    fixture
        .client()
        .batchGet(
            BatchGetRequest.newBuilder()
                .setTable("items")
                .addKeys(BatchGetKey.newBuilder().addAllKey(key("a", 1)))
                .setOptions(BOUNDED.toBuilder().addSeen(token(1, 30)))
                .build());

    assertThat(near.reads.getLast().getLeastIndex()).isEqualTo(30);
  }

  @Test
  void a_page_shows_no_less_than_the_one_before() {
    fixture.put("a", 2, "y");
    fixture.cluster.nodes.forEach(node -> node.greatestPage = 1);

    scan(BOUNDED.toBuilder());

    assertThat(near.reads.getFirst().getLeastIndex()).isZero();
    assertThat(near.reads.getLast().getLeastIndex()).isEqualTo(shard.index());
  }

  @Test
  void a_scan_goes_on_for_a_session_that_has_seen_more() {
    fixture.put("a", 2, "y");
    fixture.cluster.nodes.forEach(node -> node.greatestPage = 1);
    ByteString continuation = scan(BOUNDED.toBuilder()).getFirst().getContinuation();

    List<ScanResponse> rest = new ArrayList<>();
    fixture
        .client()
        .scan(
            RouterFixture.scanOf("a").toBuilder()
                .setContinuation(continuation)
                .setOptions(BOUNDED.toBuilder().addSeen(token(1, 2)))
                .build())
        .forEachRemaining(rest::add);

    assertThat(rest.stream().mapToInt(ScanResponse::getRowsCount).sum()).isEqualTo(1);
  }

  @Test
  void in_a_cluster_that_does_not_trust_clocks_a_majority_confirms_all_but_stale_reads()
      throws IOException {
    RouterConfig careful = RouterFixture.config().withQuorumReads();
    try (RouterFixture other = RouterFixture.start(FakeCluster.start(3, 1), careful)) {
      other.put("a", 1, "x");
      other.client().get(getOf("a", 1));
      other.client().get(getOf("a", 1).toBuilder().setOptions(BOUNDED).build());

      FakeNode asked = other.leaderOf(other.cluster.shard(1));
      assertThat(asked.readOptions).hasSize(2).allMatch(ReadOptions::getConfirmByQuorum);
    }
  }

  @Test
  void a_write_says_where_in_the_log_it_lies() {
    Served served = fixture.client().put(putOf("a", 3, "z")).getServed();

    assertThat(served.getShard()).isEqualTo(1);
    assertThat(served.getIndex()).isEqualTo(shard.index());
  }

  private GetResponse read(ReadOptions options) {
    return fixture.client().get(getOf("a", 1).toBuilder().setOptions(options).build());
  }

  private List<ScanResponse> scan(ReadOptions.Builder options) {
    List<ScanResponse> answers = new ArrayList<>();
    fixture
        .client()
        .scan(RouterFixture.scanOf("a").toBuilder().setOptions(options).build())
        .forEachRemaining(answers::add);
    return answers;
  }

  private static ReadOptions.Builder bounded(long millis) {
    return ReadOptions.newBuilder()
        .setConsistency(Consistency.BOUNDED)
        .setMaxStalenessMillis(millis);
  }

  private static SessionToken token(int shard, long index) {
    return SessionToken.newBuilder().setShard(shard).setIndex(index).build();
  }
}
