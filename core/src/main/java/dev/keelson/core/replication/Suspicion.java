package dev.keelson.core.replication;

import dev.keelson.core.shard.NodeId;
import dev.keelson.core.shard.ReplicaId;
import dev.keelson.core.shard.ShardConfig;
import dev.keelson.proto.internal.v1.PeerMessage;
import dev.keelson.proto.internal.v1.Suspect;
import dev.keelson.proto.internal.v1.SuspectAnswer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * Decides when a voter starts an election: the leader is missed by a majority, or an election came
 * to nothing (R2). The rank in the voter list staggers the voters.
 */
final class Suspicion {
  private static final long NONE = Long.MIN_VALUE;

  private final Situation situation;
  private final Following following;
  private final Campaign campaign;
  private final Map<NodeId, Long> agreedAt = new HashMap<>();
  private long since = NONE;
  private long jitter;
  private long askedAt = NONE;
  private long refreshedAt = NONE;

  Suspicion(Situation situation, Following following, Campaign campaign) {
    this.situation = situation;
    this.following = following;
    this.campaign = campaign;
  }

  /** Called by ticks while this replica neither leads nor runs an election. */
  void tick() {
    ShardConfig config = situation.config();
    if (!situation.isVoter() || situation.state().suspended() || situation.alarmed()) {
      since = NONE;
    } else if (config.term() < situation.term()) {
      // Somebody fenced us into a term that our watch hasn't told of yet.
      refresh();
    } else if (config.leader().isEmpty()) {
      awaitElection(config);
    } else if (misses(config)) {
      suspect(config);
    } else {
      since = NONE;
      agreedAt.clear();
    }
  }

  /** When {@link #tick} may have something to do next. */
  long wakeAt() {
    ShardConfig config = situation.config();
    if (!situation.isVoter() || situation.state().suspended() || situation.alarmed()) {
      return situation.now() + situation.settings.suspicion().toNanos();
    }
    boolean awake =
        since != NONE
            || config.term() < situation.term()
            || config.leader().isEmpty()
            || config.leader().get().equals(situation.self);
    return awake ? situation.now() : following.missedAt(situation.settings.suspicion().toNanos());
  }

  void newConfig() {
    since = NONE;
    agreedAt.clear();
  }

  private void refresh() {
    if (refreshedAt == NONE
        || situation.now() - refreshedAt > 5 * situation.settings.resend().toNanos()) {
      refreshedAt = situation.now();
      situation.out().refresh();
    }
  }

  /** A new shard elects at once; an election that another runs gets its time. */
  private void awaitElection(ShardConfig config) {
    begin();
    boolean nobodyRunsIt =
        config.election().isEmpty() || config.election().get().owner().equals(situation.self);
    long patience = nobodyRunsIt ? 0 : situation.settings.patienceNanos();
    if (situation.configAge() >= patience + stagger(config)) {
      campaign.start(0);
    }
  }

  /** We miss the leader; a leader that this process was and no longer is, is missed too. */
  private boolean misses(ShardConfig config) {
    long patience = situation.settings.suspicion().toNanos();
    return config.leader().get().equals(situation.self)
        ? situation.configAge() > patience
        : following.misses(patience);
  }

  private void suspect(ShardConfig config) {
    begin();
    long now = situation.now();
    long resend = situation.settings.resend().toNanos();
    Predicate<ReplicaId> agrees =
        voter ->
            voter.node().equals(situation.self)
                || now - agreedAt.getOrDefault(voter.node(), now - 5 * resend) < 4 * resend;
    // The previous voters alone are enough: when the new ones are gone, they undo the change.
    boolean agreed =
        Quorum.has(config, agrees)
            || (config.isChanging() && Quorum.has(config.previousVoters(), agrees));
    if (agreed && now - since >= stagger(config)) {
      campaign.start(0);
    } else if (askedAt == NONE || now - askedAt >= resend) {
      askedAt = now;
      ask(config);
    }
  }

  private void ask(ShardConfig config) {
    Suspect.Builder question = Suspect.newBuilder().setTerm(config.term());
    Stream.of(config.voters(), config.previousVoters())
        .flatMap(List::stream)
        .map(ReplicaId::node)
        .distinct()
        .filter(voter -> !voter.equals(situation.self))
        .forEach(voter -> situation.send(voter, PeerMessage.newBuilder().setSuspect(question)));
  }

  /** "I miss the leader of this term. You too?" */
  void receive(NodeId from, Suspect question, boolean leading) {
    ShardConfig config = situation.config();
    boolean agreed =
        !leading
            && campaign.isIdle()
            && config.term() <= question.getTerm()
            && config.leader().isPresent()
            && misses(config);
    situation.send(
        from,
        PeerMessage.newBuilder()
            .setSuspectAnswer(
                SuspectAnswer.newBuilder().setTerm(question.getTerm()).setAgreed(agreed)));
  }

  void receive(NodeId from, SuspectAnswer answer) {
    if (answer.getAgreed() && answer.getTerm() == situation.config().term()) {
      agreedAt.put(from, situation.now());
    }
  }

  private void begin() {
    if (since == NONE) {
      since = situation.now();
      jitter = situation.random.nextLong(situation.settings.stagger().toNanos() / 2 + 1);
    }
  }

  /** The preferred leader first, then in the order of the voter list, then who leaves. */
  private long stagger(ShardConfig config) {
    List<NodeId> order = config.voters().stream().map(ReplicaId::node).toList();
    int place = order.indexOf(situation.self);
    int rank = (place < 0 ? order.size() : place) + 1;
    if (config.preferredLeader().filter(situation.self::equals).isPresent()) {
      rank = 0;
    }
    return rank * situation.settings.stagger().toNanos() + jitter;
  }
}
