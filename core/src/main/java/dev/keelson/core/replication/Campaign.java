package dev.keelson.core.replication;

import dev.keelson.core.shard.Election;
import dev.keelson.core.shard.NodeId;
import dev.keelson.core.shard.ReplicaId;
import dev.keelson.core.shard.ShardConfig;
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
 *                    │ somebody else's                                     │ somebody else's          │ refused
 *                    ▼                                                     ▼                          ▼
 *                   IDLE                                                  IDLE                     CLAIMING (term + 1)
 * </pre>
 *
 * Any phase that makes no progress for 2 L ends in IDLE; {@link Suspicion} then starts over.
 */
final class Campaign {
  private enum Phase {
    IDLE,
    CLAIMING,
    FENCING,
    NAMING,
    TELLING
  }

  private final Situation situation;
  private final Map<NodeId, NewTermAnswer> answers = new HashMap<>();
  private Phase phase = Phase.IDLE;
  private long phaseSince;
  private long sentAt;
  private long target;
  private Election election;
  private long releasedTerm;
  private long attempt;
  private boolean swapping;

  /** Our own term when the swap that runs was sent: etcd can't know an older one (R14). */
  private long termAsked;

  private NodeId chosen;
  private NewTermAnswer chosenAnswer = NewTermAnswer.getDefaultInstance();

  Campaign(Situation situation) {
    this.situation = situation;
    election = new Election(situation.self, situation.boot, 0);
    chosen = situation.self;
  }

  boolean isIdle() {
    return phase == Phase.IDLE;
  }

  /**
   * Takes the next term.
   *
   * @param ownTerm the term that we led and gave up, whose promises need not be waited out; 0 if
   *     none
   */
  void start(long ownTerm) {
    long next = situation.config().term() + 1;
    if (next != target) {
      // The same term is always claimed with the same nonce: a swap whose answer was lost may still
      // arrive (R1).
      election = new Election(situation.self, situation.boot, situation.random.nextLong());
      target = next;
    }
    releasedTerm = ownTerm;
    answers.clear();
    enter(Phase.CLAIMING);
    swap(situation.config().withElection(election));
  }

  void stop() {
    phase = Phase.IDLE;
  }

  /** What etcd says after one of our swaps; absent when it can't be asked. */
  void swapAnswered(long ofAttempt, Optional<ShardConfig> current) {
    if (!swapping || ofAttempt != attempt) {
      return;
    }
    swapping = false;
    if (current.isEmpty()) {
      return;
    }
    if (current.get().term() < termAsked) {
      situation.raiseAlarm(
          situation.shard + ": etcd says term " + current.get().term() + ", we knew " + termAsked);
      stop();
      return;
    }
    situation.learn(current.get());
    switch (phase) {
      case CLAIMING -> claimed(current.get());
      case NAMING -> named(current.get());
      case IDLE, FENCING, TELLING -> {}
    }
  }

  private void claimed(ShardConfig current) {
    if (isOurs(current) && current.leader().isEmpty()) {
      enter(Phase.FENCING);
      askVoters();
    } else if (current.term() + 1 == target) {
      // Refused only because something else in the record changed.
      swap(current.withElection(election));
    } else {
      stop();
    }
  }

  private void named(ShardConfig current) {
    if (isOurs(current) && current.leader().isPresent()) {
      enter(Phase.TELLING);
      tellLeader();
    } else if (isOurs(current)) {
      swap(current.withLeader(chosen));
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
    if (hasEnoughAnswers()) {
      choose();
      enter(Phase.NAMING);
      swap(situation.config().withLeader(chosen));
    }
  }

  /** A majority that is sure of its head, or everybody (R13). */
  private boolean hasEnoughAnswers() {
    ShardConfig config = situation.config();
    return Quorum.has(config, voter -> hasAnswered(voter) && !answer(voter.node()).getDoubtful())
        || Quorum.hasAll(config, this::hasAnswered);
  }

  private boolean hasAnswered(ReplicaId voter) {
    return answer(voter.node()).getStorageId().equals(voter.storage());
  }

  private NewTermAnswer answer(NodeId node) {
    return answers.getOrDefault(node, NewTermAnswer.getDefaultInstance());
  }

  /**
   * R5: the highest (last term, last index); among equals the preferred leader, then the least to
   * tell.
   */
  private void choose() {
    Optional<NodeId> preferred = situation.config().preferredLeader();
    Comparator<NodeId> byHead =
        Comparator.comparing(node -> Position.fromProto(answer(node).getHead()));
    chosen =
        voters()
            .filter(this::hasAnswered)
            .map(ReplicaId::node)
            .max(
                byHead
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
    if (!answer.getAccepted() && situation.config().term() == target) {
      // A refused owner may take the next term at once (R2).
      start(0);
    }
  }

  /** The watch may be quicker than the answer of our own swap; or somebody is ahead of us. */
  void newConfig() {
    ShardConfig config = situation.config();
    if (config.term() > target) {
      stop();
    } else if (phase == Phase.CLAIMING && isOurs(config)) {
      claimed(config);
    } else if (phase == Phase.NAMING && isOurs(config) && config.leader().isPresent()) {
      named(config);
    }
  }

  void tick() {
    if (phase == Phase.IDLE) {
      return;
    }
    if (situation.now() - phaseSince > situation.settings.patienceNanos()) {
      stop();
    } else if (situation.now() - sentAt > situation.settings.resend().toNanos()) {
      sendAgain();
    }
  }

  private void sendAgain() {
    switch (phase) {
      case CLAIMING -> {
        if (situation.config().term() + 1 == target) {
          swap(situation.config().withElection(election));
        } else {
          stop();
        }
      }
      case NAMING -> swap(situation.config().withLeader(chosen));
      case FENCING -> askVoters();
      case TELLING -> tellLeader();
      case IDLE -> {}
    }
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
  }

  private void swap(ShardConfig next) {
    if (!swapping) {
      swapping = true;
      termAsked = situation.term();
      attempt++;
      situation.out().swap(attempt, next);
    }
    sentAt = situation.now();
  }
}
