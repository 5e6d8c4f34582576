package dev.keelson.core.replication;

import static dev.keelson.core.replication.Scenario.A;
import static dev.keelson.core.replication.Scenario.B;
import static dev.keelson.core.replication.Scenario.BOOT;
import static dev.keelson.core.replication.Scenario.C;
import static dev.keelson.core.replication.Scenario.D;
import static dev.keelson.core.replication.Scenario.E;
import static dev.keelson.core.replication.Scenario.SECOND;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import dev.keelson.core.shard.ReplicaId;
import dev.keelson.core.shard.ShardConfig;
import dev.keelson.core.shard.WantedVoters;
import dev.keelson.proto.internal.v1.NewTerm;
import dev.keelson.proto.internal.v1.PeerMessage;
import dev.keelson.proto.internal.v1.PeerMessage.BodyCase;
import dev.keelson.proto.internal.v1.SuspectAnswer;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** R12, seen by a: the leader of a shard with the voters a, b and c. */
class VoterChangeTest {
  private static final ReplicaId RA = new ReplicaId(A, "disk-a");
  private static final ReplicaId RB = new ReplicaId(B, "disk-b");
  private static final ReplicaId RC = new ReplicaId(C, "disk-c");
  private static final ReplicaId RD = ReplicaId.incarnation(D, "disk-d", 5);
  private static final ReplicaId RE = ReplicaId.incarnation(E, "disk-e", 6);
  private static final long MILLISECOND = 1_000_000;

  private final Scenario scenario = new Scenario();

  // ---- learners

  @Test
  void aMissingVoterBecomesALearnerFirst() {
    serve();
    want(RA, RB, RD);
    scenario.tickAfter(SECOND);

    assertThat(swap().learners()).containsExactly(RD);
    assertThat(swap().term()).isEqualTo(1);
    assertThat(swap().voters()).containsExactly(RA, RB, RC);
    assertThat(swap().leader()).hasValue(A);
  }

  @Test
  void aLostAnswerIsAskedForAgain() {
    serve();
    want(RA, RB, RD);
    scenario.tickAfter(SECOND);
    scenario.swapAnswered(Optional.empty());
    scenario.tickAfter(SECOND);

    assertThat(swap().learners()).containsExactly(RD);
  }

  @Test
  void aLearnerThatIsNoLongerWantedGoes() {
    serve();
    learn(RA, RB, RD);
    want(RA, RB, RC);
    scenario.tickAfter(SECOND);

    assertThat(swap().learners()).isEmpty();
  }

  @Test
  void aLearnerOnTheDiskOfAVoterIsNotPursued() {
    serve();
    want(RA, RB, ReplicaId.incarnation(C, "disk-c", 9));

    scenario.tickAfter(SECOND);

    assertThat(scenario.last.swap()).isEmpty();
  }

  @Test
  void aLearnerIsAwaitedUntilItHasEverything() {
    serve();
    learn(RA, RB, RD);
    connect(RD);

    scenario.tickAfter(1_100 * MILLISECOND);
    assertThat(scenario.replica.isElecting()).as("nothing is known of the learner").isFalse();

    scenario.ack(RD, 1, 1);
    heard();
    scenario.tickAfter(MILLISECOND);
    assertThat(scenario.replica.isElecting()).isTrue();
  }

  @Test
  void aLearnerWhoseDiskWasSwappedDoesNotCount() {
    serve();
    learn(RA, RB, RD);
    connect(RD);
    scenario.ack(RD, 1, 1);
    scenario.step(new Input.PeerLost(D));
    scenario.step(new Input.PeerFound(D, "another"));
    scenario.tickAfter(1_100 * MILLISECOND);
    heard();
    scenario.ack(RD, 1, 1);

    scenario.tickAfter(MILLISECOND);

    assertThat(scenario.replica.isElecting()).isFalse();
  }

  @Test
  void anAckOfAFormerReplicaOnTheDiskCountsNothing() {
    serve();
    learn(RA, RB, RD);
    connect(RD);
    scenario.tickAfter(1_100 * MILLISECOND);
    heard();
    scenario.ack(ReplicaId.incarnation(D, "disk-d", 4), 1, 1);

    scenario.tickAfter(MILLISECOND);

    assertThat(scenario.replica.isElecting()).isFalse();
  }

  // ---- the change

  @Test
  void theVotersChangeWithTheNextTermOfTheLeaderThatReleasesIt() {
    serve();
    change();

    assertThat(swap().term()).isEqualTo(2);
    assertThat(swap().voters()).containsExactly(RA, RB, RD);
    assertThat(swap().previousVoters()).containsExactly(RA, RB, RC);
    assertThat(swap().learners()).isEmpty();
    assertThat(scenario.replica.isServing()).as("while the term is not claimed").isTrue();

    scenario.swapped();
    assertThat(scenario.replica.leadingTerm()).isZero();
    assertThat(scenario.sent(BodyCase.NEW_TERM))
        .hasSize(3)
        .allMatch(it -> it.getNewTerm().getReleasedTerm() == 1);
  }

  @Test
  void aChangeThatIsNoLongerWantedIsAnOrdinaryElection() {
    serve();
    change();
    ShardConfig now = scenario.replica.config();

    scenario.swapAnswered(
        Optional.of(now.withWanted(new WantedVoters(List.of(RA, RB, RC), "no longer"))));

    assertThat(swap().term()).isEqualTo(2);
    assertThat(swap().isChanging()).isFalse();
    assertThat(swap().voters()).containsExactly(RA, RB, RC);
  }

  @Test
  void aChangeOfWhichTheAnswerWasLostIsFoundInTheRecord() {
    serve();
    change();
    ShardConfig asked = swap();

    scenario.swapAnswered(Optional.of(asked));

    assertThat(scenario.sent(BodyCase.NEW_TERM)).isNotEmpty();
  }

  @Test
  void aMemberThatStaysIsPreferredAmongEquals() {
    serve();
    change();
    scenario.swapped();
    scenario.persist();
    Position head = scenario.replica.head();
    // c, which leaves, and b: with a itself a majority of both.
    scenario.fenced(C, "disk-c", head);
    scenario.fenced(D, RD.storage(), head);

    assertThat(swap().leader()).hasValueSatisfying(it -> assertThat(it).isIn(A, B, D));
  }

  @Test
  void theElectionNeedsMajoritiesOfBothSets() {
    Scenario wide = new Scenario();
    claimJointTerm(wide);

    wide.fenced(B, "disk-b", Position.ZERO);
    assertThat(wide.last.swap()).as("a and b are a majority of the previous voters only").isEmpty();

    wide.fenced(D, RD.storage(), Position.ZERO);
    assertThat(wide.last.swap().orElseThrow().next().leader()).isPresent();
  }

  @Test
  void aFormerReplicaOfALearnerHasNoVote() {
    Scenario wide = new Scenario();
    claimJointTerm(wide);

    wide.fenced(B, "disk-b", Position.ZERO);
    wide.fenced(D, "disk-d", Position.ZERO);

    assertThat(wide.last.swap()).isEmpty();
  }

  // ---- while two sets decide

  @Test
  void anEntryIsCommittedByMajoritiesOfBothSets() {
    leadJointTerm(RA, RD, RE);

    scenario.ack(RB, 2, 1);
    assertThat(scenario.replica.commitIndex()).isZero();

    scenario.ack(RD, 2, 1);
    assertThat(scenario.replica.commitIndex()).isEqualTo(1);
  }

  @Test
  void theBarrierEndsTheChange() {
    leadJointTerm(RA, RD, RE);
    serveTerm(2);

    scenario.tickAfter(SECOND);

    assertThat(swap().term()).isEqualTo(2);
    assertThat(swap().voters()).containsExactly(RA, RD, RE);
    assertThat(swap().previousVoters()).isEmpty();
    assertThat(swap().leader()).hasValue(A);
  }

  @Test
  void nothingEndsTheChangeBeforeTheBarrier() {
    leadJointTerm(RA, RD, RE);
    scenario.ack(RB, 2, 1);

    scenario.tickAfter(SECOND);

    assertThat(scenario.last.swap()).isEmpty();
  }

  @Test
  void theNextWishWaitsForTheEndOfAChange() {
    leadJointTerm(RA, RD, RE);

    assertThatThrownBy(() -> want(RA, RB, RC)).hasMessageContaining("is under way");
  }

  @Test
  void aLeaderThatLeavesHandsOverBeforeTheChangeEnds() {
    leadJointTerm(RB, RD, RE);
    scenario.ack(RB, 2, 1);
    scenario.ack(RD, 2, 1);
    applied();

    scenario.tickAfter(100 * MILLISECOND);
    assertThat(scenario.replica.isElecting()).isTrue();

    assertThat(swap().term()).isEqualTo(3);
    assertThat(swap().voters()).containsExactly(RB, RD, RE);
    assertThat(swap().previousVoters()).containsExactly(RA, RB, RC);
  }

  @Test
  void aLeaderCountsByTheVotersOfItsOwnTerm() {
    serve();
    scenario.step(new Input.Proposed(ByteString.copyFromUtf8("x")));
    scenario.persist();
    // Two terms later others decide; what they hold of term 1 commits nothing in it.
    scenario.configure(it -> changed(it, 3, List.of(RA, RD, RE), List.of()));
    connect(RD);
    scenario.ack(RD, 1, 2);

    assertThat(scenario.replica.commitIndex()).isEqualTo(1);
  }

  // ---- a change that can't end

  @Test
  void thePreviousVotersUndoAChangeThatTheNewOnesDoNotAnswer() {
    Scenario wide = new Scenario();
    claimJointTerm(wide);
    wide.fenced(B, "disk-b", Position.ZERO);

    wide.tickAfter(SECOND);
    assertThat(wide.last.swap()).isEmpty();
    wide.tickAfter(2 * SECOND);

    ShardConfig undone = wide.last.swap().orElseThrow().next();
    assertThat(undone.term()).isEqualTo(3);
    assertThat(undone.voters()).containsExactly(RA, RB, RC);
    assertThat(undone.previousVoters()).isEmpty();
    assertThat(undone.learners()).containsExactlyInAnyOrder(RD, RE);
  }

  @Test
  void aMinorityOfThePreviousVotersUndoesNothing() {
    Scenario wide = new Scenario();
    claimJointTerm(wide);
    wide.fenced(D, RD.storage(), Position.ZERO);
    wide.fenced(E, RE.storage(), Position.ZERO);

    wide.tickAfter(3 * SECOND);

    assertThat(wide.last.swap().stream()).allMatch(it -> it.next().isChanging());
  }

  @Test
  void thePreviousVotersAloneMayMissTheLeader() {
    scenario.newTerm(B, 2);
    scenario.persist();
    scenario.configure(
        it -> changed(it, 2, List.of(RA, RD, RE), List.of(RA, RB, RC)).withLeader(D));
    scenario.tickAfter(2 * SECOND);
    assertThat(scenario.sent.stream().map(Outgoing::to)).contains(B, C, D, E);

    scenario.receive(
        B,
        PeerMessage.newBuilder()
            .setSuspectAnswer(SuspectAnswer.newBuilder().setTerm(2).setAgreed(true)));
    scenario.tickAfter(300 * MILLISECOND);

    assertThat(swap().term()).isEqualTo(3);
  }

  // ---- who leaves and who joins

  @Test
  void aRemovedReplicaRetiresDurablyBeforeItGoes() {
    scenario.newTerm(B, 2);
    scenario.persist();
    scenario.configure(it -> changed(it, 2, List.of(RB, RC, RD), List.of()));

    assertThat(scenario.last.state()).hasValueSatisfying(it -> assertThat(it.retired()).isTrue());
    assertThat(scenario.replica.isGone()).isFalse();

    scenario.persist();
    assertThat(scenario.replica.isGone()).isTrue();
  }

  @Test
  void aRetiredReplicaAnswersNoElection() {
    scenario.configure(it -> changed(it, 2, List.of(RB, RC, RD), List.of()));
    scenario.persist();

    scenario.newTerm(B, 3);
    scenario.persist();

    assertThat(scenario.sent).isEmpty();
  }

  @Test
  void aReplicaThatLeavesStaysUntilTheChangeEnds() {
    scenario.configure(it -> changed(it, 2, List.of(RB, RC, RD), List.of(RA, RB, RC)));

    scenario.newTerm(B, 2);
    scenario.persist();

    assertThat(scenario.sent(BodyCase.NEW_TERM_ANSWER)).hasSize(1);
  }

  @Test
  void anAlarmedReplicaDoesNotRetire() {
    scenario.step(new Input.Alarmed(true));

    scenario.configure(it -> changed(it, 2, List.of(RB, RC, RD), List.of()));

    assertThat(scenario.replica.state().retired()).isFalse();
  }

  @Test
  void aLearnerMayHearFromTheOwnerFirstThatItIsAVoter() {
    ReplicaState learner = ReplicaState.fresh("disk-a.4");
    Scenario joining = new Scenario(learner);
    joining.configure(
        it ->
            changed(it, 1, List.of(RB, RC, RD), List.of())
                .withLearners(List.of(new ReplicaId(A, "disk-a.4"))));

    joining.receive(
        B, PeerMessage.newBuilder().setNewTerm(NewTerm.newBuilder().setTerm(2).setNonce(2)));
    joining.persist();

    assertThat(joining.sent(BodyCase.NEW_TERM_ANSWER))
        .singleElement()
        .satisfies(it -> assertThat(it.getNewTermAnswer().getStorageId()).isEqualTo("disk-a.4"));
  }

  @Test
  void aLearnerHasNoVoteInATermThatItKnows() {
    Scenario joining = new Scenario(ReplicaState.fresh("disk-a.4"));
    joining.configure(
        it ->
            changed(it, 2, List.of(RB, RC, RD), List.of())
                .withLearners(List.of(new ReplicaId(A, "disk-a.4"))));

    joining.newTerm(B, 2);
    joining.persist();

    assertThat(joining.sent).isEmpty();
  }

  // ---- steps of the story

  /** a leads term 1 and serves. */
  private void serve() {
    scenario.lead(1);
    serveTerm(1);
  }

  private void serveTerm(long term) {
    scenario.persist();
    List.of(RB, RC, RD, RE).forEach(it -> scenario.ack(it, term, 1));
    applied();
    assertThat(scenario.replica.isServing()).isTrue();
  }

  private void applied() {
    scenario.step(new Input.Applied(scenario.replica.commitIndex()));
  }

  /** b and c are alive, as their acks show. */
  private void heard() {
    scenario.ack(RB, 1, scenario.replica.head().index());
    scenario.ack(RC, 1, scenario.replica.head().index());
  }

  private void want(ReplicaId... voters) {
    scenario.configure(it -> it.withWanted(new WantedVoters(List.of(voters), "a test")));
  }

  /** d is a learner, and wanted. */
  private void learn(ReplicaId... voters) {
    want(voters);
    scenario.tickAfter(200 * MILLISECOND);
    scenario.swapped();
    scenario.tickAfter(MILLISECOND);
  }

  private void connect(ReplicaId replica) {
    scenario.step(new Input.PeerFound(replica.node(), replica.disk()));
  }

  /** The leader a asks for the term in which d takes the place of c. */
  private void change() {
    learn(RA, RB, RD);
    connect(RD);
    scenario.tickAfter(1_100 * MILLISECOND);
    heard();
    scenario.ack(RD, 1, 1);
    scenario.tickAfter(MILLISECOND);
    assertThat(scenario.replica.isElecting()).isTrue();
  }

  private ShardConfig swap() {
    return scenario.last.swap().orElseThrow().next();
  }

  private static ShardConfig changed(
      ShardConfig from, long term, List<ReplicaId> voters, List<ReplicaId> previous) {
    return new ShardConfig(
        from.id(),
        from.keyspaceId(),
        from.range(),
        term,
        from.election(),
        Optional.empty(),
        voters,
        previous,
        List.of(),
        Optional.empty(),
        Optional.of(new WantedVoters(voters, "a test")),
        from.revision());
  }

  /** a, in term 1 without a leader, takes term 2 while a, d and e take the place of a, b and c. */
  private static void claimJointTerm(Scenario scenario) {
    scenario.step(new Input.PeerFound(D, "disk-d"), new Input.PeerFound(E, "disk-e"));
    scenario.configure(it -> changed(it, 1, List.of(RA, RD, RE), List.of(RA, RB, RC)));
    scenario.tickAfter(10 * MILLISECOND);
    scenario.tickAfter(3 * SECOND);
    scenario.swapped();
    scenario.persist();
  }

  /** a leads term 2, in which {@code voters} take the place of a, b and c. */
  private void leadJointTerm(ReplicaId... voters) {
    connect(RD);
    connect(RE);
    scenario.newTerm(B, 2);
    scenario.persist();
    scenario.configure(it -> changed(it, 2, List.of(voters), List.of(RA, RB, RC)).withLeader(A));
    scenario.becomeLeader(2, Position.ZERO, BOOT);
    scenario.persist();
  }
}
