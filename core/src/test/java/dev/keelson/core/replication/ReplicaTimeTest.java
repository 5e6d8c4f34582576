package dev.keelson.core.replication;

import static dev.keelson.core.replication.Scenario.A;
import static dev.keelson.core.replication.Scenario.B;
import static dev.keelson.core.replication.Scenario.C;
import static dev.keelson.core.replication.Scenario.SECOND;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.keelson.core.shard.NodeId;
import dev.keelson.core.shard.ShardConfig;
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

    scenario.tickAfter(SECOND / 4);

    assertThat(scenario.last.swap())
        .hasValueSatisfying(it -> assertThat(it.next().leader()).hasValue(A));
  }

  /** Leads, gives up for another, and has claimed the term of the election that names it. */
  private void handOverTo(NodeId successor) {
    scenario.serve(1);
    scenario.configure(
        it ->
            ShardConfig.fromRecord(
                it.toRecord().toBuilder().setPreferredLeader(successor.name()).build(), 0));
    scenario.now += 4 * SECOND;
    scenario.ack(B, 1, 1);
    scenario.ack(C, 1, 1);
    scenario.step(new Input.Tick());
    scenario.step(new Input.Tick());
    assertThat(scenario.replica.leadingTerm()).isZero();
    scenario.swapped();
    scenario.persist();
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
