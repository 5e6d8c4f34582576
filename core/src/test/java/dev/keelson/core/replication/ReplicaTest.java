package dev.keelson.core.replication;

import static dev.keelson.core.replication.Scenario.A;
import static dev.keelson.core.replication.Scenario.B;
import static dev.keelson.core.replication.Scenario.BOOT;
import static dev.keelson.core.replication.Scenario.C;
import static dev.keelson.core.replication.Scenario.SECOND;
import static dev.keelson.core.replication.Scenario.entry;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import dev.keelson.proto.internal.v1.PeerMessage;
import dev.keelson.proto.internal.v1.PeerMessage.BodyCase;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ReplicaTest {
  private final Scenario scenario = new Scenario();

  // ---- fences

  @Test
  void aFenceIsAnsweredOnlyWhenTheTermIsDurable() {
    scenario.newTerm(B, 1);

    assertThat(scenario.sent).isEmpty();
    assertThat(scenario.last.state()).map(ReplicaState::term).hasValue(1L);

    scenario.persist();

    assertThat(scenario.sent(BodyCase.NEW_TERM_ANSWER)).hasSize(1);
  }

  @Test
  void aPromiseIsWaitedOut() {
    scenario.follow(1, B);
    assertThat(scenario.replica.promise(B, 1, 1, scenario.now)).isTrue();

    scenario.newTerm(C, 2);
    scenario.persist();
    assertThat(scenario.replica.state().term()).isEqualTo(1);
    assertThat(scenario.replica.promise(B, 1, 1, scenario.now))
        .as("renewed while fenced")
        .isFalse();

    scenario.now += SECOND;
    scenario.step(new Input.Tick());
    assertThat(scenario.replica.state().term()).isEqualTo(2);
  }

  @Test
  void theHolderOfAPromiseMayReleaseIt() {
    scenario.follow(1, B);
    scenario.replica.promise(B, 1, 1, scenario.now);

    scenario.receive(
        B,
        PeerMessage.newBuilder()
            .setNewTerm(
                dev.keelson.proto.internal.v1.NewTerm.newBuilder().setTerm(2).setReleasedTerm(1)));

    assertThat(scenario.replica.state().term()).isEqualTo(2);
  }

  @Test
  void aFencedLeaderLeadsNoMore() {
    scenario.lead(1);

    scenario.newTerm(C, 2);

    assertThat(scenario.replica.leadingTerm()).isZero();
  }

  @Test
  void aSuspendedReplicaHasNoVote() {
    Scenario suspended = new Scenario(ReplicaState.fresh("disk-a").withDoubt(true, false));

    suspended.newTerm(B, 1);
    suspended.persist();

    assertThat(suspended.sent(BodyCase.NEW_TERM_ANSWER)).isEmpty();
  }

  // ---- leading

  @Test
  void onlyTheHeadOfTheFenceMayLead() {
    scenario.newTerm(B, 1);
    scenario.persist();
    scenario.step(new Input.Configured(scenario.config(1, Optional.of(A))));

    scenario.becomeLeader(1, new Position(1, 5, 99), BOOT);

    assertThat(scenario.replica.leadingTerm()).isZero();
    assertThat(scenario.sent(BodyCase.BECOME_LEADER_ANSWER))
        .allMatch(it -> !it.getBecomeLeaderAnswer().getAccepted());
  }

  @Test
  void anotherStartOfTheProcessMayNotLead() {
    scenario.newTerm(B, 1);
    scenario.persist();
    scenario.step(new Input.Configured(scenario.config(1, Optional.of(A))));

    scenario.becomeLeader(1, scenario.replica.head(), BOOT - 1);

    assertThat(scenario.replica.leadingTerm()).isZero();
  }

  @Test
  void aLeaderServesOnceItsBarrierIsCommittedAndApplied() {
    scenario.lead(1);
    assertThat(scenario.replica.isServing()).isFalse();

    scenario.persist();
    assertThat(scenario.last.commitIndex()).isZero();

    scenario.ack(B, 1, 1);
    assertThat(scenario.last.commitIndex()).isEqualTo(1);
    assertThat(scenario.replica.isServing()).isFalse();

    scenario.step(new Input.Applied(1));
    assertThat(scenario.replica.isServing()).isTrue();
  }

  @Test
  void aLeaderCountsItselfOnlyWhenItsOwnWriteIsDurable() {
    scenario.serve(1);

    scenario.step(new Input.Proposed(ByteString.copyFromUtf8("x")));
    scenario.ack(B, 1, 2);
    assertThat(scenario.last.commitIndex()).isEqualTo(1);

    scenario.persist();
    assertThat(scenario.last.commitIndex()).isEqualTo(2);
  }

  @Test
  void writesBeforeTheBarrierAreRefusedAndNeverAppended() {
    scenario.lead(1);

    Output output = scenario.step(new Input.Proposed(ByteString.copyFromUtf8("x")));

    assertThat(output.proposals()[0]).isZero();
    assertThat(scenario.replica.head().index()).isEqualTo(1);
  }

  @Test
  void aFollowerOnAnotherDiskDoesNotCount() {
    scenario.step(new Input.PeerFound(B, "a-new-disk"));
    scenario.lead(1);
    scenario.persist();

    scenario.ack(B, 1, 1);
    assertThat(scenario.last.commitIndex()).isZero();

    scenario.ack(C, 1, 1);
    assertThat(scenario.last.commitIndex()).isEqualTo(1);
  }

  @Test
  void anAckOfAnotherTermDoesNotCount() {
    scenario.lead(2);
    scenario.persist();

    scenario.ack(B, 1, 1);

    assertThat(scenario.last.commitIndex()).isZero();
  }

  @Test
  void theLeaseCountsFromWhenItWasAskedFor() {
    scenario.serve(1);
    long asked = scenario.now;
    scenario.now += SECOND / 2;
    scenario.replica.promised(B, 1, asked, scenario.now);

    assertThat(scenario.replica.holdsLease(scenario.now)).isTrue();
    assertThat(scenario.replica.holdsLease(asked + SECOND)).isFalse();
  }

  @Test
  void readsAreConfirmedByAMajorityThatStillFollows() {
    scenario.serve(1);

    Output asked = scenario.step(new Input.ConfirmRequested());
    assertThat(asked.confirmRound()).isEqualTo(1);
    assertThat(asked.confirmedRound()).isZero();

    scenario.receive(
        C,
        PeerMessage.newBuilder()
            .setConfirmAnswer(
                dev.keelson.proto.internal.v1.ConfirmAnswer.newBuilder().setTerm(1).setRound(1)));
    assertThat(scenario.last.confirmedRound()).isEqualTo(1);
  }

  // ---- following

  @Test
  void anAppendIsAcknowledgedWhenItIsDurable() {
    LogEntry first = entry(Position.ZERO, 1, "x");
    scenario.fenceInto(1);

    scenario.append(B, 1, Position.ZERO, 0, first);
    assertThat(scenario.sent).isEmpty();

    scenario.persist();
    assertThat(scenario.sent(BodyCase.APPEND_ACK))
        .allMatch(it -> it.getAppendAck().getAccepted() && it.getAppendAck().getMatchIndex() == 1);
  }

  @Test
  void aSecondLeaderOfATermIsNotAccepted() {
    scenario.fenceInto(1);
    scenario.append(B, 1, Position.ZERO, 0, entry(Position.ZERO, 1, "x"));

    scenario.append(C, 1, Position.ZERO, 0, entry(Position.ZERO, 1, "y"));
    scenario.persist();

    assertThat(scenario.sent(BodyCase.APPEND_ACK)).hasSize(1);
    assertThat(scenario.replica.state().acceptedLeader()).hasValue(B);
  }

  @Test
  void aLateAppendRemovesNothing() {
    LogEntry first = entry(Position.ZERO, 1, "x");
    LogEntry second = entry(first.position(), 1, "y");
    scenario.fenceInto(1);
    scenario.append(B, 1, Position.ZERO, 0, first, second);

    scenario.append(B, 1, Position.ZERO, 0, first);

    assertThat(scenario.replica.head()).isEqualTo(second.position());
  }

  @Test
  void aDifferentEntryReplacesTheRestOfTheLog() {
    LogEntry first = entry(Position.ZERO, 1, "x");
    LogEntry second = entry(first.position(), 1, "y");
    LogEntry other = entry(first.position(), 2, "z");
    scenario.fenceInto(1);
    scenario.append(B, 1, Position.ZERO, 0, first, second);
    scenario.fenceInto(2);

    scenario.append(C, 2, first.position(), 0, other);

    assertThat(scenario.replica.head()).isEqualTo(other.position());
  }

  @Test
  void aCertificateCommitsTheEntryThatItNames() {
    LogEntry first = entry(Position.ZERO, 1, "x");
    LogEntry second = entry(first.position(), 1, "y");
    scenario.fenceInto(1);
    scenario.append(B, 1, Position.ZERO, 0, first, second);

    scenario.step(new Input.Certified(first.position()));

    assertThat(scenario.replica.committed()).isEqualTo(first.position());
  }

  @Test
  void aCertificateOfAnotherEntryCommitsNothing() {
    LogEntry first = entry(Position.ZERO, 1, "x");
    scenario.fenceInto(1);
    scenario.append(B, 1, Position.ZERO, 0, first);

    scenario.step(new Input.Certified(entry(Position.ZERO, 2, "z").position()));
    scenario.step(new Input.Certified(new Position(2, 9, 1)));

    assertThat(scenario.replica.commitIndex()).isZero();
  }

  @Test
  void aCommittedEntryNeverChanges() {
    LogEntry first = entry(Position.ZERO, 1, "x");
    scenario.fenceInto(1);
    scenario.append(B, 1, Position.ZERO, 1, first);
    scenario.fenceInto(2);

    assertThatThrownBy(() -> scenario.append(C, 2, Position.ZERO, 0, entry(Position.ZERO, 2, "z")))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("committed");
  }

  @Test
  void anAppendBeyondTheEndIsRefusedWithTheHead() {
    scenario.fenceInto(1);

    scenario.append(B, 1, new Position(1, 8, 3), 0);
    scenario.persist();

    assertThat(scenario.sent(BodyCase.APPEND_ACK))
        .hasSize(1)
        .allMatch(
            it -> !it.getAppendAck().getAccepted() && it.getAppendAck().getHead().getIndex() == 0);
  }

  @Test
  void aReplicaThatMissedTheFenceBelievesOnlyTheLeaderThatEtcdNames() {
    scenario.append(B, 3, Position.ZERO, 0, entry(Position.ZERO, 3, "x"));
    assertThat(scenario.replica.state().term()).isZero();
    assertThat(scenario.last.refresh()).isTrue();

    scenario.step(new Input.Configured(scenario.config(3, Optional.of(B))));
    scenario.append(B, 3, Position.ZERO, 0, entry(Position.ZERO, 3, "x"));
    assertThat(scenario.replica.state().term()).isEqualTo(3);
  }

  @Test
  void aDamagedEntryIsNotTaken() {
    LogEntry first = entry(Position.ZERO, 1, "x");
    LogEntry damaged =
        new LogEntry(1, 1, first.kind(), ByteString.copyFromUtf8("?"), first.checksum());
    scenario.fenceInto(1);

    scenario.append(B, 1, Position.ZERO, 0, damaged);

    assertThat(scenario.replica.head()).isEqualTo(Position.ZERO);
  }

  @Test
  void aSuspendedReplicaIsTrustedAgainOnceItHoldsAnEntryOfTheTerm() {
    Scenario suspended = new Scenario(ReplicaState.fresh("disk-a").withDoubt(true, true));
    suspended.step(new Input.Configured(suspended.config(1, Optional.of(B))));

    suspended.append(B, 1, Position.ZERO, 0, entry(Position.ZERO, 1, "barrier"));
    assertThat(suspended.replica.state().suspended()).isTrue();

    suspended.persist();
    assertThat(suspended.replica.state().suspended()).isFalse();
    assertThat(suspended.replica.state().doubtful()).isFalse();
  }

  @Test
  void aDoubtfulLeaderIsTrustedOnceItsBarrierIsCommittedAndDurableHere() {
    Scenario doubtful = new Scenario(ReplicaState.fresh("disk-a").withDoubt(false, true));
    doubtful.lead(1);
    doubtful.ack(B, 1, 1);
    doubtful.ack(C, 1, 1);
    assertThat(doubtful.replica.state().doubtful()).as("its own barrier isn't durable").isTrue();

    doubtful.persist();

    assertThat(doubtful.replica.state().doubtful()).isFalse();
    assertThat(doubtful.last.state()).map(ReplicaState::doubtful).hasValue(false);
  }

  @Test
  void aFollowerIsToldAgainWhatIsCommittedIfThatMayBeLost() {
    scenario.serve(1);
    scenario.ackWithoutCommit(B);
    scenario.ackWithoutCommit(C);
    tellCommit();
    assertThat(scenario.sent(BodyCase.APPEND)).hasSize(2);

    // A late answer to the first append, which told of no commit.
    scenario.ackWithoutCommit(B);
    tellCommit();

    assertThat(scenario.sent(BodyCase.APPEND))
        .hasSize(1)
        .allMatch(it -> it.getAppend().getCommitIndex() == 1);
  }

  private void tellCommit() {
    scenario.now += SECOND / 10;
    scenario.step(new Input.Tick());
  }

  // ---- elections

  @Test
  void aNewShardIsElectedByTheFirstVoter() {
    scenario.now += SECOND;
    scenario.step(new Input.Tick());

    assertThat(scenario.last.swap()).map(it -> it.next().term()).hasValue(1L);
  }

  @Test
  void aMissedLeaderIsReplacedOnlyIfAMajorityMissesIt() {
    scenario.follow(1, B);
    scenario.now += 3 * SECOND;
    scenario.step(new Input.Tick());
    assertThat(scenario.last.swap()).isEmpty();
    assertThat(scenario.sent(BodyCase.SUSPECT)).hasSize(2);

    scenario.receive(
        C,
        PeerMessage.newBuilder()
            .setSuspectAnswer(
                dev.keelson.proto.internal.v1.SuspectAnswer.newBuilder()
                    .setTerm(1)
                    .setAgreed(true)));
    scenario.now += SECOND / 5;
    scenario.step(new Input.Tick());
    assertThat(scenario.last.swap()).map(it -> it.next().term()).hasValue(2L);
  }

  @Test
  void nobodyIsElectedWhileEtcdIsInDoubt() {
    scenario.step(new Input.Alarmed(true));
    scenario.now += 10 * SECOND;

    scenario.step(new Input.Tick());

    assertThat(scenario.last.swap()).isEmpty();
  }

  @Test
  void anEtcdThatKnowsAnOlderTermThanWeDoIsAnAlarm() {
    SwapRequest request = claimed(9);

    scenario.step(
        new Input.SwapAnswered(
            request.attempt(), Optional.of(scenario.config(4, Optional.empty()))));

    assertThat(scenario.last.alarm()).isPresent();
  }

  @Test
  void aTermThatWeLearntWhileEtcdAnsweredIsNoAlarm() {
    SwapRequest request = claimed(9);
    scenario.newTerm(B, 11);

    scenario.step(
        new Input.SwapAnswered(
            request.attempt(), Optional.of(scenario.config(10, Optional.empty()))));

    assertThat(scenario.last.alarm()).isEmpty();
  }

  @Test
  void aReplicaThatMayHaveForgottenAFenceFollowsNoOlderLeader() {
    Scenario unsure = new Scenario(ReplicaState.fresh("disk-a").withDoubt(false, true));
    unsure.step(new Input.Configured(unsure.config(3, Optional.of(C))));

    unsure.append(B, 2, Position.ZERO, 0, entry(Position.ZERO, 2, "x"));
    assertThat(unsure.replica.head()).isEqualTo(Position.ZERO);

    unsure.append(C, 3, Position.ZERO, 0, entry(Position.ZERO, 3, "x"));
    assertThat(unsure.replica.head().index()).isEqualTo(1);
    assertThat(unsure.replica.promise(C, 1, 3, unsure.now)).isFalse();
  }

  @Test
  void aReplicaThatForgotWhatItAcknowledgedInThisTermIsNotTrustedBeforeItHasThat() {
    Scenario doubtful = new Scenario(ReplicaState.fresh("disk-a").withDoubt(false, true));
    doubtful.step(new Input.Configured(doubtful.config(1, Optional.of(B))));
    LogEntry first = entry(Position.ZERO, 1, "barrier");
    LogEntry second = entry(first.position(), 1, "x");

    doubtful.append(B, 1, Position.ZERO, 2, first);
    doubtful.persist();
    assertThat(doubtful.replica.state().doubtful()).isTrue();

    doubtful.append(B, 1, first.position(), 2, second);
    doubtful.persist();
    assertThat(doubtful.replica.state().doubtful()).isFalse();
  }

  /** Fenced into a term whose election comes to nothing, so that we claim the next. */
  private SwapRequest claimed(long term) {
    scenario.fenceInto(term);
    scenario.step(new Input.Configured(scenario.config(term, Optional.empty())));
    scenario.now += 5 * SECOND;
    return scenario.step(new Input.Tick()).swap().orElseThrow();
  }
}
