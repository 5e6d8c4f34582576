package dev.keelson.core.replication;

import static dev.keelson.core.replication.Scenario.A;
import static dev.keelson.core.replication.Scenario.B;
import static dev.keelson.core.replication.Scenario.C;
import static dev.keelson.core.replication.Scenario.SECOND;
import static org.assertj.core.api.Assertions.assertThat;

import dev.keelson.core.shard.ShardConfig;
import dev.keelson.proto.internal.v1.NewTerm;
import dev.keelson.proto.internal.v1.PeerMessage;
import dev.keelson.proto.internal.v1.PeerMessage.BodyCase;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What a replica makes of an etcd that gives a term for the second time (R14). */
class EtcdSetBackTest {
  private final Scenario scenario = new Scenario();

  // ---- a term has one owner

  @Test
  void aSecondOwnerOfATermIsAnAlarmAndGetsNoAnswer() {
    scenario.fenceInto(2);

    asks(scenario, 2, 99);
    assertThat(scenario.last.alarm())
        .hasValueSatisfying(it -> assertThat(it).contains("term 2, which had another owner"));
    scenario.persist();
    assertThat(scenario.sent(BodyCase.NEW_TERM_ANSWER)).isEmpty();
  }

  @Test
  void theOwnerOfATermIsAnsweredAgain() {
    scenario.fenceInto(2);

    scenario.newTerm(B, 2);

    assertThat(scenario.last.alarm()).isEmpty();
    assertThat(scenario.sent(BodyCase.NEW_TERM_ANSWER)).hasSize(1);
  }

  @Test
  void theOwnerIsRememberedOverRestarts() {
    scenario.fenceInto(2);
    Scenario restarted = new Scenario(scenario.replica.state());

    asks(restarted, 2, 99);

    assertThat(restarted.last.alarm()).isPresent();
  }

  @Test
  void aSecondOwnerIsAnAlarmAlsoWhenALeaderWasAccepted() {
    scenario.follow(2, B);

    asks(scenario, 2, 99);

    assertThat(scenario.last.alarm()).isPresent();
  }

  @Test
  void aStateThatNamesNoOwnerTakesTheFirstOneThatAsks() {
    Scenario older = new Scenario(ReplicaState.fresh("disk-a").fenced(2, 0));

    asks(older, 2, 55);
    older.persist();
    assertThat(older.sent(BodyCase.NEW_TERM_ANSWER)).hasSize(1);
    assertThat(older.replica.state().fencedBy()).isEqualTo(55);

    asks(older, 2, 99);
    assertThat(older.last.alarm()).isPresent();
  }

  @Test
  void twoOwnersThatAskWhileAPromiseRunsAreAnAlarmToo() {
    scenario.follow(1, B);
    scenario.replica.promise(B, 1, 1, scenario.now);

    asks(scenario, 2, 55);
    asks(scenario, 2, 99);

    assertThat(scenario.last.alarm()).isPresent();
  }

  // ---- nothing follows from a wrong etcd

  @Test
  void aWatchThatShowsOurClaimIsNoAnswerToIt() {
    ShardConfig claim = claims();

    scenario.step(new Input.Configured(claim));
    assertThat(scenario.sent(BodyCase.NEW_TERM)).isEmpty();
    assertThat(scenario.last.refresh()).isTrue();

    scenario.step(new Input.RecordRead(claim));
    assertThat(scenario.sent(BodyCase.NEW_TERM)).isNotEmpty();
  }

  @Test
  void anElectionEndsWithTheAlarm() {
    ShardConfig claim = claims();

    scenario.step(new Input.Alarmed(true));
    scenario.step(new Input.RecordRead(claim));
    scenario.tickAfter(SECOND);

    assertThat(scenario.sent(BodyCase.NEW_TERM)).isEmpty();
    assertThat(scenario.last.swap()).isEmpty();
    assertThat(scenario.replica.isElecting()).isFalse();
  }

  @Test
  void aLeaderGoesOnWhenTheAlarmIsRaised() {
    scenario.serve(1);

    scenario.step(new Input.Alarmed(true));

    assertThat(scenario.replica.isServing()).isTrue();
    scenario.step(new Input.Proposed(com.google.protobuf.ByteString.copyFromUtf8("x")));
    assertThat(scenario.last.proposals()).containsExactly(2);
  }

  @Test
  void aRaisedTermHasNoOwnerAndNoLeader() {
    ShardConfig record = scenario.config(5, Optional.of(A));

    assertThat(record.withTermAbove(4)).isEqualTo(record);
    assertThat(record.withTermAbove(7).term()).isEqualTo(8);
    assertThat(record.withTermAbove(7).election()).isEmpty();
    assertThat(record.withTermAbove(7).leader()).isEmpty();
    assertThat(record.withTermAbove(7).voters()).isEqualTo(record.voters());
  }

  /** Claims the next term; nothing has been answered. */
  private ShardConfig claims() {
    scenario.tickAfter(SECOND);
    ShardConfig next = scenario.last.swap().orElseThrow().next();
    return next.withRevision(next.revision() + 1);
  }

  private static void asks(Scenario scenario, long term, long nonce) {
    scenario.receive(
        C, PeerMessage.newBuilder().setNewTerm(NewTerm.newBuilder().setTerm(term).setNonce(nonce)));
  }
}
