package dev.keelson.core.replication;

import static dev.keelson.core.replication.Scenario.A;
import static dev.keelson.core.replication.Scenario.B;
import static dev.keelson.core.replication.Scenario.C;
import static dev.keelson.core.replication.Scenario.SECOND;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.keelson.core.shard.NodeId;
import dev.keelson.core.shard.ShardConfig;
import dev.keelson.proto.internal.v1.PeerMessage.BodyCase;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What a replica does because time goes on: planned hand-overs, and when it wants to be woken. */
class ReplicaTimeTest {
  private final Scenario scenario = new Scenario();

  // ---- planned hand-over

  @Test
  void aHandOverWaitsAMomentForTheAnswerOfItsSuccessor() {
    handOverTo(C);

    scenario.fenced(B, "disk-b", scenario.replica.head());
    assertThat(scenario.last.swap()).as("the successor hasn't answered").isEmpty();

    scenario.fenced(C, "disk-c", scenario.replica.head());
    assertThat(scenario.last.swap())
        .hasValueSatisfying(it -> assertThat(it.next().leader()).hasValue(C));
  }

  @Test
  void aHandOverDoesNotWaitForLong() {
    handOverTo(C);
    scenario.fenced(B, "disk-b", scenario.replica.head());

    scenario.tickAfter(SECOND * 3 / 5);

    assertThat(scenario.last.swap())
        .hasValueSatisfying(it -> assertThat(it.next().leader()).hasValue(A));
  }

  @Test
  void aLeaderThatCannotTakeTheNextTermLeadsOn() {
    beginToHandOverTo(C);

    assertThat(writes()).isTrue();
    assertThat(scenario.replica.isServing()).isTrue();
    for (int i = 0; i < 30; i++) {
      scenario.ack(B, 1, 2);
      scenario.tickAfter(SECOND / 10);
    }
    assertThat(scenario.replica.isElecting()).as("etcd says nothing").isFalse();
    assertThat(writes()).isTrue();
  }

  @Test
  void aLeaderLetsGoWhenItsSuccessorHasAll() {
    beginToHandOverTo(C);
    SwapRequest claim = scenario.last.swap().orElseThrow();
    assertThat(writes()).isTrue();
    scenario.persist();

    claimed(claim);
    assertThat(writes()).as("another is about to lead").isFalse();
    assertThat(scenario.sent(BodyCase.NEW_TERM)).isEmpty();

    scenario.ack(B, 1, 2);
    assertThat(scenario.replica.leadingTerm()).isEqualTo(1);
    scenario.ack(C, 1, 2);
    assertThat(scenario.replica.leadingTerm()).isZero();
    assertThat(scenario.sent(BodyCase.NEW_TERM))
        .hasSize(2)
        .allMatch(it -> it.getNewTerm().getReleasedTerm() == 1);
  }

  @Test
  void aLeaderThatHasTheNextTermDoesNotWaitForLong() {
    beginToHandOverTo(C);
    SwapRequest claim = scenario.last.swap().orElseThrow();
    assertThat(writes()).isTrue();
    claimed(claim);

    scenario.tickAfter(SECOND / 4);

    assertThat(scenario.sent(BodyCase.NEW_TERM)).hasSize(2);
  }

  @Test
  void aLeaderThatIsAlarmedBeforeItLetsGoLeadsOn() {
    beginToHandOverTo(C);
    SwapRequest claim = scenario.last.swap().orElseThrow();
    assertThat(writes()).isTrue();
    claimed(claim);

    scenario.step(new Input.Alarmed(true));
    scenario.tickAfter(SECOND / 4);

    assertThat(scenario.replica.leadingTerm()).isEqualTo(1);
    assertThat(writes()).isTrue();
  }

  @Test
  void aNodeThatHasJustComeBackIsNoSuccessor() {
    scenario.serve(1);
    prefer(C);
    scenario.now += 4 * SECOND;
    scenario.step(new Input.PeerLost(C));
    scenario.step(new Input.PeerFound(C, "disk-c"));
    scenario.ack(C, 1, 1);

    scenario.tickAfter(SECOND);
    assertThat(scenario.last.swap())
        .as("it may be bound by a promise of its former self")
        .isEmpty();

    scenario.now += SECOND;
    scenario.ack(B, 1, 1);
    scenario.ack(C, 1, 1);
    scenario.tickAfter(SECOND / 10);
    assertThat(scenario.last.swap()).isPresent();
  }

  private boolean writes() {
    scenario.step(new Input.Proposed(ByteString.copyFromUtf8("x")));
    return scenario.last.proposals()[0] > 0;
  }

  private void claimed(SwapRequest claim) {
    scenario.step(
        new Input.SwapAnswered(
            claim.attempt(), Optional.of(claim.next().withRevision(claim.next().revision() + 1))));
  }

  /** Leads, gives up for another, and has claimed the term of the election that names it. */
  private void handOverTo(NodeId successor) {
    beginToHandOverTo(successor);
    scenario.swapped();
    assertThat(scenario.replica.leadingTerm()).isZero();
    scenario.persist();
  }

  private void prefer(NodeId successor) {
    scenario.configure(
        it ->
            ShardConfig.fromRecord(
                it.toRecord().toBuilder().setPreferredLeader(successor.name()).build(), 0));
  }

  /** Leads, and asks for the next term. */
  private void beginToHandOverTo(NodeId successor) {
    scenario.serve(1);
    prefer(successor);
    scenario.now += 4 * SECOND;
    scenario.ack(B, 1, 1);
    scenario.ack(C, 1, 1);
    scenario.step(new Input.Tick());
    assertThat(scenario.replica.isElecting()).isTrue();
    assertThat(scenario.replica.isServing()).isTrue();
  }

  // ---- time

  @Test
  void anIdleFollowerSleepsUntilItWouldMissItsLeader() {
    scenario.follow(1, B);

    assertThat(scenario.replica.wakeAt()).isEqualTo(scenario.now + SECOND);

    scenario.step(new Input.PeerLost(B));
    assertThat(scenario.replica.wakeAt()).isLessThanOrEqualTo(scenario.now);
  }

  @Test
  void aFollowerThatWaitsForAPromiseToRunOutStaysAwake() {
    scenario.follow(1, B);
    scenario.replica.promise(B, 1, 1, scenario.now);

    scenario.newTerm(C, 2);

    assertThat(scenario.replica.wakeAt()).isLessThanOrEqualTo(scenario.now);
  }

  @Test
  void aLeaderSleepsOnceItsFollowersKnowAll() {
    scenario.serve(1);
    scenario.ackWithoutCommit(C);
    assertThat(scenario.replica.wakeAt()).as("its commit is news").isEqualTo(scenario.now);

    scenario.now += SECOND / 10;
    scenario.step(new Input.Tick());
    scenario.ack(B, 1, 1);
    scenario.ack(C, 1, 1);
    assertThat(scenario.replica.wakeAt()).isGreaterThan(scenario.now + SECOND / 2);

    scenario.step(new Input.Proposed(ByteString.copyFromUtf8("x")));
    assertThat(scenario.replica.wakeAt()).as("a write is under way").isEqualTo(scenario.now);
  }

  @Test
  void aVoterWithoutALeaderStaysAwake() {
    scenario.fenceInto(1);

    assertThat(scenario.replica.wakeAt()).isEqualTo(scenario.now);
  }
}
