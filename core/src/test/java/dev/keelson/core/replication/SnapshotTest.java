package dev.keelson.core.replication;

import static dev.keelson.core.replication.Scenario.B;
import static dev.keelson.core.replication.Scenario.C;
import static dev.keelson.core.replication.Scenario.SECOND;
import static dev.keelson.core.replication.Scenario.entry;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import dev.keelson.core.shard.NodeId;
import dev.keelson.proto.internal.v1.AppendAck;
import dev.keelson.proto.internal.v1.PeerMessage;
import dev.keelson.proto.internal.v1.PeerMessage.BodyCase;
import dev.keelson.proto.internal.v1.SnapshotOffer;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Logs that begin behind a snapshot (R18). */
class SnapshotTest {
  private static final int GREAT = 300 << 10;
  private final Scenario scenario = new Scenario();

  // ---- taken here

  @Test
  void theLogBeginsBehindASnapshotOnceThatIsDurable() {
    scenario.serve(1);
    Position head = scenario.replica.head();

    Output output = scenario.step(new Input.SnapshotTaken(head));

    assertThat(output.state()).map(ReplicaState::base).hasValue(head);
    assertThat(output.reset()).as("the log is given up").isFalse();
    assertThat(scenario.replica.durableBase())
        .as("before that is durable")
        .isEqualTo(Position.ZERO);

    scenario.persist();

    assertThat(scenario.replica.durableBase()).isEqualTo(head);
  }

  @Test
  void anOlderSnapshotChangesNothing() {
    scenario.serve(1);
    Position first = scenario.replica.head();
    write("x");
    scenario.step(new Input.SnapshotTaken(scenario.replica.head()));

    Output output = scenario.step(new Input.SnapshotTaken(first));

    assertThat(output.state()).isEmpty();
  }

  @Test
  void aSnapshotOfWhatIsNotCommittedIsAFault() {
    scenario.serve(1);
    scenario.step(new Input.Proposed(ByteString.copyFromUtf8("x")));

    assertThatThrownBy(() -> scenario.step(new Input.SnapshotTaken(scenario.replica.head())))
        .hasMessageContaining("above the commit");
  }

  @Test
  void aReplicaStartsBehindItsSnapshot() {
    Position base = new Position(3, 70, 7);
    Replica replica =
        new Replica(
            scenario.config(3, Optional.of(B)),
            Scenario.A,
            Scenario.BOOT,
            ReplicationSettings.DEFAULTS,
            new java.util.SplittableRandom(1),
            ReplicaState.fresh("disk-a").fenced(3, 1).withBase(base),
            base,
            List.of(),
            0,
            scenario.now);

    assertThat(replica.head()).isEqualTo(base);
    assertThat(replica.commitIndex()).isEqualTo(70);
    assertThat(replica.durableBase()).isEqualTo(base);
  }

  // ---- given to a follower

  @Test
  void aFollowerThatLacksWhatIsGoneIsOfferedTheSnapshot() {
    Position base = leadWithAnOldBase();
    refuse(C, 0, Position.ZERO);
    assertThat(scenario.last.logReads()).containsExactly(new LogReadRequest(C, 1));

    scenario.step(new Input.LogGone(C));

    assertThat(scenario.sent(BodyCase.SNAPSHOT_OFFER))
        .extracting(it -> Position.fromProto(it.getSnapshotOffer().getPosition()))
        .containsExactly(base);
  }

  @Test
  void anOfferWithoutAnAnswerIsMadeAgain() {
    leadWithAnOldBase();
    refuse(C, 0, Position.ZERO);
    scenario.step(new Input.LogGone(C));

    Output later = scenario.tickAfter(SECOND);

    assertThat(later.logReads()).containsExactly(new LogReadRequest(C, 1));
  }

  @Test
  void whoHasInstalledTheSnapshotGetsWhatLiesBehindIt() {
    Position base = leadWithAnOldBase();
    refuse(C, 0, Position.ZERO);
    scenario.step(new Input.LogGone(C));

    refuse(C, base.index(), base);

    assertThat(scenario.last.logReads()).containsExactly(new LogReadRequest(C, base.index() + 1));
  }

  @Test
  void aSlowJournalIsAskedOnce() {
    leadWithAnOldBase();
    refuse(C, 0, Position.ZERO);

    for (int i = 0; i < 5; i++) {
      assertThat(scenario.tickAfter(SECOND).logReads()).isEmpty();
      scenario.ack(B, 1, scenario.replica.head().index());
    }

    Output answered = scenario.step(new Input.LogRead(C, Position.ZERO, List.of()));
    assertThat(answered.logReads()).as("asked again").hasSize(1);
  }

  @Test
  void anAnswerThatIsNoLongerWantedMakesRoomForAnotherQuestion() {
    leadWithAnOldBase();
    refuse(C, 0, Position.ZERO);
    scenario.step(new Input.PeerLost(C));
    scenario.step(new Input.PeerFound(C, "disk-c"));
    refuse(C, 1, new Position(1, 1, 1));

    Output answered = scenario.step(new Input.LogGone(C));

    assertThat(answered.logReads().size() + scenario.sent(BodyCase.SNAPSHOT_OFFER).size())
        .as("something goes on")
        .isEqualTo(1);
  }

  // ---- received

  @Test
  void aFollowerFetchesWhatItIsOffered() {
    scenario.follow(1, B);
    Position snapshot = new Position(1, 100, 5);

    offer(B, 1, snapshot);

    assertThat(scenario.last.fetch()).hasValue(new SnapshotFetch(B, snapshot));
  }

  @Test
  void onlyTheLeaderOfTheTermIsListenedTo() {
    scenario.follow(1, B);

    offer(C, 1, new Position(1, 100, 5));

    assertThat(scenario.last.fetch()).isEmpty();
  }

  @Test
  void theReplicaSaysWhereItIsWhenTheResetIsDurable() {
    scenario.follow(1, B);
    Position snapshot = new Position(1, 100, 5);
    offer(B, 1, snapshot);

    Output output = scenario.step(new Input.SnapshotReceived(snapshot));

    assertThat(output.reset()).isTrue();
    assertThat(output.state()).map(ReplicaState::base).hasValue(snapshot);
    assertThat(output.commitIndex()).isEqualTo(100);
    assertThat(scenario.replica.head()).isEqualTo(snapshot);
    assertThat(scenario.sent).as("before it is durable").isEmpty();

    scenario.persist();

    AppendAck said = scenario.sent(BodyCase.APPEND_ACK).getFirst().getAppendAck();
    assertThat(said.getAccepted()).isFalse();
    assertThat(said.getMatchIndex()).isEqualTo(100);
    assertThat(Position.fromProto(said.getHead())).isEqualTo(snapshot);
  }

  @Test
  void theLogGoesOnBehindTheSnapshot() {
    scenario.follow(1, B);
    Position snapshot = new Position(1, 100, 5);
    scenario.step(new Input.SnapshotReceived(snapshot));
    scenario.persist();

    scenario.append(B, 1, snapshot, 101, entry(snapshot, 1, "x"));
    scenario.persist();

    assertThat(scenario.replica.commitIndex()).isEqualTo(101);
    assertThat(scenario.sent(BodyCase.APPEND_ACK).getFirst().getAppendAck().getMatchIndex())
        .isEqualTo(101);
  }

  @Test
  void whatTheStepAppendedGoesWithTheRestOfTheLog() {
    scenario.follow(1, B);
    Position snapshot = new Position(1, 100, 5);
    LogEntry second = entry(scenario.replica.head(), 1, "x");
    PeerMessage append =
        PeerMessage.newBuilder()
            .setAppend(
                dev.keelson.proto.internal.v1.Append.newBuilder()
                    .setTerm(1)
                    .setPrevious(scenario.replica.head().toProto())
                    .addEntries(second.toProto()))
            .build();

    Output output =
        scenario.step(new Input.Received(B, 1, append), new Input.SnapshotReceived(snapshot));

    assertThat(output.reset()).isTrue();
    assertThat(output.entries()).isEmpty();
    assertThat(scenario.replica.head()).isEqualTo(snapshot);
  }

  @Test
  void aSnapshotThatComesTooLateIsNotInstalled() {
    scenario.follow(1, B);
    Position before = scenario.replica.head();
    LogEntry second = entry(before, 1, "x");
    offer(B, 1, second.position());
    scenario.append(B, 1, before, 2, second);

    Output output = scenario.step(new Input.SnapshotReceived(second.position()));

    assertThat(output.reset()).isFalse();
    assertThat(output.state()).isEmpty();
  }

  @Test
  void whatTheLogHoldsIsCommittedByTheOfferOfItsSnapshot() {
    scenario.follow(1, B);
    LogEntry second = entry(scenario.replica.head(), 1, "x");
    scenario.append(B, 1, scenario.replica.head(), 0, second);
    scenario.persist();

    offer(B, 1, second.position());

    assertThat(scenario.last.fetch()).isEmpty();
    assertThat(scenario.sent(BodyCase.APPEND_ACK).getFirst().getAppendAck().getMatchIndex())
        .as("or the leader would ask from below it for ever")
        .isEqualTo(2);
  }

  @Test
  void aLeaderInstallsNothing() {
    scenario.serve(1);

    assertThat(scenario.step(new Input.SnapshotReceived(new Position(1, 100, 5))).reset())
        .isFalse();
  }

  @Test
  void aSuspendedReplicaIsTrustedOnlyWithAnEntryOfTheTermAndAllThatIsCommitted() {
    Scenario suspended = new Scenario(ReplicaState.fresh("disk-a").withDoubt(true, false));
    suspended.step(new Input.Configured(suspended.config(4, Optional.of(B))));
    Position snapshot = new Position(3, 100, 5);
    suspended.receive(B, offerOf(4, snapshot));
    suspended.step(new Input.SnapshotReceived(snapshot));
    suspended.persist();
    assertThat(suspended.replica.state().suspended()).as("after the snapshot alone").isTrue();

    LogEntry barrier = entry(snapshot, 4, "barrier");
    suspended.append(B, 4, snapshot, 102, barrier);
    suspended.persist();
    assertThat(suspended.replica.state().suspended()).as("102 is committed").isTrue();

    suspended.append(B, 4, barrier.position(), 102, entry(barrier.position(), 4, "x"));
    suspended.persist();
    assertThat(suspended.replica.state().suspended()).isFalse();
  }

  @Test
  void aFenceIsAnsweredWithTheSnapshotAsTheHead() {
    scenario.follow(1, B);
    Position snapshot = new Position(1, 100, 5);
    scenario.step(new Input.SnapshotReceived(snapshot));

    scenario.newTerm(C, 2);
    assertThat(scenario.sent(BodyCase.NEW_TERM_ANSWER)).isEmpty();
    scenario.persist();

    assertThat(scenario.sent(BodyCase.NEW_TERM_ANSWER))
        .extracting(it -> Position.fromProto(it.getNewTermAnswer().getHead()))
        .containsExactly(snapshot);
  }

  // ---- helpers

  private void write(String payload) {
    scenario.step(new Input.Proposed(ByteString.copyFromUtf8(payload)));
    commitAll();
  }

  private void commitAll() {
    scenario.persist();
    scenario.ack(B, 1, scenario.replica.head().index());
    scenario.step(new Input.Applied(scenario.replica.head().index()));
  }

  /** Leads, and what lies below its base, and a little more, is no longer in memory. */
  private Position leadWithAnOldBase() {
    scenario.serve(1);
    write("a");
    Position base = scenario.replica.head();
    for (int i = 0; i < 3; i++) {
      scenario.step(new Input.Proposed(ByteString.copyFrom(new byte[GREAT])));
      commitAll();
    }
    scenario.step(new Input.SnapshotTaken(base));
    scenario.persist();
    return base;
  }

  private void refuse(NodeId from, long committed, Position head) {
    scenario.receive(
        from,
        PeerMessage.newBuilder()
            .setAppendAck(
                AppendAck.newBuilder()
                    .setTerm(1)
                    .setMatchIndex(committed)
                    .setHead(head.toProto())));
  }

  private void offer(NodeId from, long term, Position snapshot) {
    scenario.receive(from, offerOf(term, snapshot));
  }

  private static PeerMessage.Builder offerOf(long term, Position snapshot) {
    return PeerMessage.newBuilder()
        .setSnapshotOffer(SnapshotOffer.newBuilder().setTerm(term).setPosition(snapshot.toProto()));
  }
}
