package dev.keelson.core.replication;

import dev.keelson.core.shard.Election;
import dev.keelson.core.shard.NodeId;
import dev.keelson.core.shard.ReplicaId;
import dev.keelson.core.shard.ShardConfig;
import dev.keelson.core.shard.WantedVoters;
import dev.keelson.proto.internal.v1.BecomeLeader;
import dev.keelson.proto.internal.v1.BecomeLeaderAnswer;
import dev.keelson.proto.internal.v1.NewTerm;
import dev.keelson.proto.internal.v1.NewTermAnswer;
import dev.keelson.proto.internal.v1.PeerMessage;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The owner's side of an election (R2).
 *
 * <pre>
 *   IDLE ─start─► CLAIMING ─swap says ours─► FENCING ─majority fenced─► NAMING ─swap says named─► TELLING ─accepted─► IDLE
 *                    │    │ ours, and we lead   ▲                          │ somebody else's          │ refused
 *                    │    └──────► RELEASING ───┘                          ▼                          ▼
 *                    │ somebody else's      the successor has all         IDLE                     CLAIMING (term + 1)
 *                    ▼
 *                   IDLE
 * </pre>
 *
 * A leader that hands over claims the next term first and leads on meanwhile, for as long as etcd
 * takes, or for good when it is away. Only then does it let the successor catch up, let go, and ask
 * for fences (R10).
 *
 * <p>Any phase that makes no progress for 2 L ends in IDLE; {@link Suspicion} then starts over. An
 * election that only the previous voters answer undoes the change of voters instead (R12).
 */
final class Campaign {
  private enum Phase {
    IDLE,
    CLAIMING,
    RELEASING,
    FENCING,
    NAMING,
    TELLING
  }

  /** How often the successor of a planned hand-over is asked before another is named. */
  private static final int SUCCESSOR_RESENDS = 5;

  private final Situation situation;
  private final Predecessor predecessor;
  private final Map<NodeId, NewTermAnswer> answers = new HashMap<>();
  private Phase phase = Phase.IDLE;
  private long phaseSince;
  private long sentAt;
  private long target;
  private Election election;
  private long releasedTerm;
  private final RecordSwap swap;
  private Purpose purpose = new Purpose.Leader();
  private NodeId chosen;
  private NewTermAnswer chosenAnswer = NewTermAnswer.getDefaultInstance();

  /** What the term is taken for, beside a leader. */
  private sealed interface Purpose {
    record Leader() implements Purpose {}

    record Change(WantedVoters target) implements Purpose {}

    record Undo() implements Purpose {}
  }

  /** The leadership of ours that the election ends, if there is one. */
  interface Predecessor {
    boolean isLeading();

    /** Takes no more writes, so that others can catch up. */
    void release();

    /** Nothing comes of the election: takes writes again. */
    void resume();

    /** Whether whoever is to lead, or to join, has all there is. */
    boolean isCaughtUp();

    /** Leads no more. */
    void letGo();
  }

  Campaign(Situation situation, Predecessor predecessor) {
    this.situation = situation;
    this.predecessor = predecessor;
    swap = new RecordSwap(situation);
    election = new Election(situation.self, situation.boot, 0);
    chosen = situation.self;
  }

  boolean isIdle() {
    return phase == Phase.IDLE;
  }

  /** Whether the election is for the sake of other voters (R12). */
  boolean changesVoters() {
    return purpose instanceof Purpose.Change;
  }

  /**
   * Takes the next term.
   *
   * @param ownTerm the term that we led and gave up, whose promises need not be waited out; 0 if
   *     none
   */
  void start(long ownTerm) {
    start(ownTerm, new Purpose.Leader());
  }

  /** Takes the next term with other voters, as the leader that gave up {@code ownTerm} (R12). */
  void startChange(long ownTerm, WantedVoters target) {
    start(ownTerm, new Purpose.Change(target));
  }

  private void start(long ownTerm, Purpose why) {
    long next = situation.config().term() + 1;
    if (next != target) {
      // The same term is always claimed with the same nonce: a swap whose answer was lost may still
      // arrive (R1).
      election = new Election(situation.self, situation.boot, situation.random.nextLong());
      target = next;
    }
    purpose = why;
    releasedTerm = ownTerm;
    answers.clear();
    enter(Phase.CLAIMING);
    swap.ask(claim(situation.config()));
  }

  /** The record of our election; a purpose that the record no longer allows is given up. */
  private ShardConfig claim(ShardConfig current) {
    return switch (purpose) {
      case Purpose.Leader leader -> current.withElection(election);
      case Purpose.Change change ->
          mayChange(current, change.target())
              ? current.withChange(election, change.target().voters())
              : current.withElection(election);
      case Purpose.Undo undo ->
          current.isChanging()
              ? current.withUndoneChange(election)
              : current.withElection(election);
    };
  }

  /** Every voter that is to join has been a learner until now, and is still wanted. */
  private static boolean mayChange(ShardConfig current, WantedVoters target) {
    return !current.isChanging()
        && current.wanted().filter(it -> it.voters().equals(target.voters())).isPresent()
        && target.voters().stream()
            .allMatch(it -> current.voters().contains(it) || current.learners().contains(it));
  }

  void stop() {
    if (phase == Phase.RELEASING) {
      predecessor.resume();
    }
    phase = Phase.IDLE;
  }

  /** What etcd says after one of our swaps; absent when it can't be asked. */
  void swapAnswered(long ofAttempt, Optional<ShardConfig> current) {
    Optional<ShardConfig> credible = swap.answered(ofAttempt, current);
    giveUpIfAlarmed();
    credible.ifPresent(this::learned);
  }

  /** The same, asked for because a watch had said so. */
  void recordRead(ShardConfig current) {
    giveUpIfAlarmed();
    if (isNewsOfOurs(current) && current.revision() >= situation.config().revision()) {
      swap.settled();
      learned(current);
    }
  }

  /** R14: nothing follows from a wrong etcd; a leader that was named before it may be told. */
  private void giveUpIfAlarmed() {
    if (situation.alarmed() && phase != Phase.TELLING) {
      stop();
    }
  }

  private void learned(ShardConfig current) {
    switch (phase) {
      case CLAIMING -> claimed(current);
      case NAMING -> named(current);
      case IDLE, RELEASING, FENCING, TELLING -> {}
    }
  }

  private void claimed(ShardConfig current) {
    if (isOurs(current) && current.leader().isEmpty()) {
      if (predecessor.isLeading()) {
        enter(Phase.RELEASING);
        predecessor.release();
      } else {
        beginToFence();
      }
    } else if (current.term() + 1 == target) {
      // Refused only because something else in the record changed.
      swap.ask(claim(current));
    } else {
      stop();
    }
  }

  /**
   * At the end of each step: lets go when the successor has all, or has had its time. The term is
   * claimed, so there is no way back.
   */
  void proceed() {
    giveUpIfAlarmed();
    if (phase == Phase.RELEASING
        && (predecessor.isCaughtUp()
            || situation.now() - phaseSince > 2 * situation.settings.resend().toNanos())) {
      beginToFence();
    }
  }

  private void beginToFence() {
    predecessor.letGo();
    enter(Phase.FENCING);
    askVoters();
  }

  private void named(ShardConfig current) {
    if (isOurs(current) && current.leader().isPresent()) {
      enter(Phase.TELLING);
      tellLeader();
    } else if (isOurs(current)) {
      swap.ask(current.withLeader(chosen));
    } else {
      stop();
    }
  }

  private boolean isOurs(ShardConfig current) {
    return current.term() == target && current.election().filter(election::equals).isPresent();
  }

  void receive(NodeId from, NewTermAnswer answer) {
    if (phase != Phase.FENCING
        || answer.getTerm() != target
        || answer.getNonce() != election.nonce()) {
      return;
    }
    answers.put(from, answer);
    nameIfClear();
  }

  private void nameIfClear() {
    if (hasEnoughAnswers() && !awaitsSuccessor()) {
      choose();
      enter(Phase.NAMING);
      swap.ask(situation.config().withLeader(chosen));
    }
  }

  /**
   * A planned hand-over was begun because its successor is there and holds all: its answer is worth
   * waiting for, or the quickest majority would name another, even the one that hands over, and all
   * would have to be done again. But not for so long that the election would be given up, nor for
   * one that is about to leave the voters.
   */
  private boolean awaitsSuccessor() {
    long patience =
        Math.min(
            SUCCESSOR_RESENDS * situation.settings.resend().toNanos(),
            situation.settings.patienceNanos() / 2);
    ShardConfig config = situation.config();
    return releasedTerm > 0
        && situation.now() - phaseSince < patience
        && config
            .preferredLeader()
            .filter(it -> !situation.isLost(it) && !answers.containsKey(it))
            .filter(it -> config.voters().stream().anyMatch(voter -> voter.node().equals(it)))
            .isPresent();
  }

  /** A majority that is sure of its head, or everybody (R13). */
  private boolean hasEnoughAnswers() {
    ShardConfig config = situation.config();
    return Quorum.has(config, this::isSure) || Quorum.hasAll(config, this::hasAnswered);
  }

  /** The same of the previous voters alone: they decided before, and may decide again (R12). */
  private boolean mayUndo() {
    List<ReplicaId> previous = situation.config().previousVoters();
    return !previous.isEmpty()
        && (Quorum.has(previous, this::isSure) || previous.stream().allMatch(this::hasAnswered));
  }

  private boolean isSure(ReplicaId voter) {
    return hasAnswered(voter) && !answer(voter.node()).getDoubtful();
  }

  private boolean hasAnswered(ReplicaId voter) {
    return answer(voter.node()).getStorageId().equals(voter.storage());
  }

  private NewTermAnswer answer(NodeId node) {
    return answers.getOrDefault(node, NewTermAnswer.getDefaultInstance());
  }

  /**
   * R5: the highest (last term, last index); among equals one that stays, the preferred leader,
   * then the least to tell.
   */
  private void choose() {
    List<NodeId> staying = situation.config().voters().stream().map(ReplicaId::node).toList();
    Optional<NodeId> preferred = situation.config().preferredLeader();
    Comparator<NodeId> byHead =
        Comparator.comparing(node -> Position.fromProto(answer(node).getHead()));
    chosen =
        voters()
            .filter(this::hasAnswered)
            .map(ReplicaId::node)
            .max(
                byHead
                    .thenComparing(staying::contains)
                    .thenComparing(node -> preferred.filter(node::equals).isPresent())
                    .thenComparing(node -> node.equals(situation.self))
                    .thenComparing(Comparator.reverseOrder()))
            .orElseThrow();
    chosenAnswer = answer(chosen);
  }

  private Stream<ReplicaId> voters() {
    ShardConfig config = situation.config();
    return Stream.of(config.voters(), config.previousVoters()).flatMap(List::stream).distinct();
  }

  void receive(NodeId from, BecomeLeaderAnswer answer) {
    if (phase != Phase.TELLING || answer.getTerm() != target || !from.equals(chosen)) {
      return;
    }
    stop();
    if (!answer.getAccepted() && situation.config().term() == target && !situation.alarmed()) {
      // A refused owner may take the next term at once (R2).
      start(0);
    }
  }

  /**
   * Somebody may be ahead of us; or the watch is quicker than the answer of our own swap, which may
   * even be lost. A watch only advises (R1), so the record is read.
   */
  void newConfig() {
    ShardConfig config = situation.config();
    if (config.term() > target) {
      stop();
    } else if (isNewsOfOurs(config)) {
      situation.out().refresh();
    }
  }

  /** Whether our claim, or our naming, took place. */
  private boolean isNewsOfOurs(ShardConfig config) {
    return isOurs(config)
        && switch (phase) {
          case CLAIMING -> true;
          case NAMING -> config.leader().isPresent();
          case IDLE, RELEASING, FENCING, TELLING -> false;
        };
  }

  void tick() {
    giveUpIfAlarmed();
    if (phase == Phase.IDLE) {
      return;
    }
    if (situation.now() - phaseSince > situation.settings.patienceNanos()) {
      if (phase == Phase.FENCING && mayUndo()) {
        start(0, new Purpose.Undo());
      } else {
        stop();
      }
    } else {
      if (phase == Phase.FENCING) {
        nameIfClear();
      }
      if (situation.now() - sentAt > situation.settings.resend().toNanos()) {
        sendAgain();
      }
    }
  }

  private void sendAgain() {
    switch (phase) {
      case CLAIMING -> {
        if (situation.config().term() + 1 == target) {
          claimAgain();
        } else {
          stop();
        }
      }
      case NAMING -> nameAgain();
      case FENCING -> askVoters();
      case TELLING -> tellLeader();
      case IDLE, RELEASING -> {}
    }
  }

  private void claimAgain() {
    sentAt = situation.now();
    swap.ask(claim(situation.config()));
  }

  private void nameAgain() {
    sentAt = situation.now();
    swap.ask(situation.config().withLeader(chosen));
  }

  private void askVoters() {
    sentAt = situation.now();
    NewTerm.Builder question =
        NewTerm.newBuilder()
            .setTerm(target)
            .setNonce(election.nonce())
            .setReleasedTerm(releasedTerm);
    voters()
        .map(ReplicaId::node)
        .distinct()
        .filter(node -> !answers.containsKey(node))
        .forEach(node -> situation.send(node, PeerMessage.newBuilder().setNewTerm(question)));
  }

  private void tellLeader() {
    sentAt = situation.now();
    situation.send(
        chosen,
        PeerMessage.newBuilder()
            .setBecomeLeader(
                BecomeLeader.newBuilder()
                    .setTerm(target)
                    .setHead(chosenAnswer.getHead())
                    .setBoot(chosenAnswer.getBoot())));
  }

  private void enter(Phase next) {
    phase = next;
    phaseSince = situation.now();
    sentAt = situation.now();
  }
}
