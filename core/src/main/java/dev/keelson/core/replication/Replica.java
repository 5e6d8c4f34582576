package dev.keelson.core.replication;

import dev.keelson.core.shard.NodeId;
import dev.keelson.core.shard.ReplicaId;
import dev.keelson.core.shard.ShardConfig;
import dev.keelson.core.shard.ShardId;
import dev.keelson.core.shard.WantedVoters;
import dev.keelson.proto.internal.v1.BecomeLeader;
import dev.keelson.proto.internal.v1.BecomeLeaderAnswer;
import dev.keelson.proto.internal.v1.Confirm;
import dev.keelson.proto.internal.v1.ConfirmAnswer;
import dev.keelson.proto.internal.v1.PeerMessage;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;

/**
 * One replica of a shard: takes what happened, decides, and returns what is to be done. One thread
 * at a time.
 *
 * <pre>
 *            NewTerm                     append of the term's leader
 *   any ───────────────► fenced ────────────────────────────────────► following
 *    ▲                      │ BecomeLeader, same head, same boot
 *    │ NewTerm, hopeless,   ▼
 *    └────────────────── leading (activating until its barrier is applied, then serving)
 * </pre>
 */
public final class Replica {
  private static final long COMMIT_HINT_STEP = 512;

  private final Situation situation;
  private final Fence fence;
  private final Following following;
  private final Campaign campaign;
  private final Suspicion suspicion;
  private final HandOver handOver;
  private final VoterChange voterChange;
  private boolean gone;
  private Optional<Leadership> leadership = Optional.empty();
  private BecomeLeader toldTooEarly = BecomeLeader.getDefaultInstance();
  private NodeId toldBy;
  private boolean confirmationAsked;

  /**
   * @param boot of this process; a leader doesn't outlive it (R4)
   * @param beforeTail the position before {@code tail}
   * @param tail the entries behind {@code state.commitHint()}, at least
   * @param promiseUntil when promises of an earlier process on this disk have run out (R10), by the
   *     clock of the steps
   */
  public Replica(
      ShardConfig config,
      NodeId self,
      long boot,
      ReplicationSettings settings,
      RandomGenerator random,
      ReplicaState state,
      Position beforeTail,
      List<LogEntry> tail,
      long promiseUntil,
      long now) {
    ReplicaLog log = new ReplicaLog(beforeTail, tail);
    situation = new Situation(config, self, boot, settings, random, state, log, now);
    fence = new Fence(situation, this::stopLeading, promiseUntil);
    following = new Following(situation, this::stopLeading);
    campaign = new Campaign(situation, new Predecessor());
    suspicion = new Suspicion(situation, following, campaign);
    handOver = new HandOver(situation);
    voterChange = new VoterChange(situation);
    toldBy = self;
  }

  /**
   * Takes all that happened since the last step.
   *
   * @param now of a monotonic clock of this process
   */
  public Output step(List<Input> inputs, long now) {
    situation.begin(now);
    situation.out().expectProposals(inputs.size());
    long confirmRound = 0;
    for (Input input : inputs) {
      handle(input);
      handleOwnMessages();
    }
    leadership.ifPresent(Leadership::advance);
    campaign.proceed();
    handleOwnMessages();
    hintCommit();
    if (confirmationAsked) {
      confirmationAsked = false;
      confirmRound = leadership.map(Leadership::confirmRound).orElse(0L);
    }
    long sequence = situation.closePersist();
    return situation
        .out()
        .build(
            sequence,
            situation.commitIndex(),
            leadership.map(Leadership::term).orElse(0L),
            confirmRound,
            leadership.map(Leadership::confirmedRound).orElse(0L));
  }

  private void handle(Input input) {
    switch (input) {
      case Input.Configured configured -> learn(configured.config());
      case Input.RecordRead read -> {
        learn(read.config());
        campaign.recordRead(read.config());
      }
      case Input.Received received -> receive(received.from(), received.boot(), received.message());
      case Input.PeerLost lost -> {
        situation.lost(lost.peer());
        following.lost(lost.peer());
        leadership.ifPresent(it -> it.lost(lost.peer()));
      }
      case Input.PeerFound found -> {
        situation.found(found.peer(), found.disk());
        leadership.ifPresent(it -> it.found(found.peer()));
      }
      case Input.Proposed proposed ->
          situation.out().proposal(leadership.map(it -> it.propose(proposed.payload())).orElse(0L));
      case Input.ConfirmRequested ignored -> {
        confirmationAsked = true;
        leadership.ifPresent(Leadership::confirm);
      }
      case Input.Certified certified -> following.certified(certified.committed());
      case Input.Persisted persisted -> situation.persisted(persisted.sequence());
      case Input.Applied applied -> {
        situation.applied(applied.index());
        situation.log.release(releasable(), situation.settings.cachedBytes());
      }
      case Input.SwapAnswered answered -> {
        campaign.swapAnswered(answered.attempt(), answered.current());
        voterChange.swapAnswered(answered.attempt(), answered.current());
        configChanged();
      }
      case Input.LogRead read ->
          leadership.ifPresent(it -> it.logRead(read.follower(), read.previous(), read.entries()));
      case Input.LogGone gone -> leadership.ifPresent(it -> it.logGone(gone.follower()));
      case Input.SnapshotTaken taken -> situation.rebase(taken.at());
      case Input.SnapshotReceived it when leadership.isEmpty() -> following.install(it.at());
      case Input.SnapshotReceived needless -> {}
      case Input.Alarmed alarmed -> situation.alarmed(alarmed.raised());
      case Input.Tick ignored -> tick();
    }
  }

  private void handleOwnMessages() {
    // A campaign answers itself at most a few times per input.
    for (int i = 0; i < 16 && !situation.toSelf.isEmpty(); i++) {
      receive(situation.self, situation.boot, situation.toSelf.remove());
    }
  }

  private void receive(NodeId from, long fromBoot, PeerMessage message) {
    if (situation.state().retired()) {
      return;
    }
    switch (message.getBodyCase()) {
      case APPEND -> following.receive(from, message.getAppend());
      case APPEND_ACK -> {
        stepDownBelow(message.getAppendAck().getTerm());
        leadership.ifPresent(it -> it.receive(from, message.getAppendAck()));
      }
      case NEW_TERM -> fence.receive(from, fromBoot, message.getNewTerm());
      case NEW_TERM_ANSWER -> campaign.receive(from, message.getNewTermAnswer());
      case BECOME_LEADER -> becomeLeader(from, message.getBecomeLeader());
      case BECOME_LEADER_ANSWER -> campaign.receive(from, message.getBecomeLeaderAnswer());
      case SUSPECT -> suspicion.receive(from, message.getSuspect(), leadership.isPresent());
      case SUSPECT_ANSWER -> suspicion.receive(from, message.getSuspectAnswer());
      case CONFIRM -> confirm(from, message.getConfirm());
      case CONFIRM_ANSWER ->
          leadership.ifPresent(it -> it.receive(from, message.getConfirmAnswer()));
      case SNAPSHOT_OFFER -> following.receive(from, message.getSnapshotOffer());
      case HEARTBEAT, HEARTBEAT_ACK, SNAPSHOT_REQUEST, SNAPSHOT_CHUNK -> {}
      case CERTIFICATE_QUESTION, CERTIFICATE_ANSWER, BODY_NOT_SET -> {}
    }
  }

  private void learn(ShardConfig config) {
    if (situation.learn(config)) {
      following.newConfig();
      suspicion.newConfig();
      campaign.newConfig();
      configChanged();
    }
  }

  private void configChanged() {
    if (!situation.alarmed() && !situation.config().replicas().contains(situation.replica())) {
      retire();
      return;
    }
    leadership.ifPresent(Leadership::syncFollowers);
    if (toldTooEarly.getTerm() > 0) {
      BecomeLeader told = toldTooEarly;
      toldTooEarly = BecomeLeader.getDefaultInstance();
      becomeLeader(toldBy, told);
    }
  }

  /** Removed from the shard: never votes again, and may go once that is durable (R12). */
  private void retire() {
    if (situation.state().retired()) {
      return;
    }
    stopLeading();
    campaign.stop();
    situation.change(situation.state().retiring());
    situation.whenDurable(() -> gone = true);
  }

  private void tick() {
    if (situation.state().retired()) {
      return;
    }
    fence.tick();
    campaign.tick();
    leadership.ifPresent(this::lead);
    if (leadership.isEmpty() && campaign.isIdle()) {
      suspicion.tick();
    }
  }

  private void lead(Leadership leader) {
    leader.tick();
    if (leader.isHopeless()) {
      stopLeading();
    } else if (!campaign.isIdle()) {
      return;
    } else if (voterChange.isDue(leader)) {
      succeed(leader, voterChange.target());
    } else if (!leader.config().isChanging() && handOver.isDue(leader)) {
      succeed(leader, Optional.empty());
    }
  }

  /** Planned: the voters need not wait out what they promised us (R10). */
  private void succeed(Leadership leader, Optional<WantedVoters> target) {
    target.ifPresentOrElse(
        it -> campaign.startChange(leader.term(), it), () -> campaign.start(leader.term()));
  }

  /** Our own leadership, as the election that ends it sees it. */
  private final class Predecessor implements Campaign.Predecessor {
    @Override
    public boolean isLeading() {
      return leadership.isPresent();
    }

    @Override
    public void release() {
      leadership.ifPresent(Leadership::release);
    }

    @Override
    public void resume() {
      leadership.ifPresent(Leadership::resume);
    }

    @Override
    public boolean isCaughtUp() {
      return leadership.isEmpty()
          || (campaign.changesVoters() || leadership.get().config().isChanging()
              ? voterChange.isCaughtUp(leadership.get())
              : handOver.isCaughtUp(leadership.get()));
    }

    @Override
    public void letGo() {
      stopLeading();
    }
  }

  /** R4: only with the head that was reported at the fence, and in the process that reported it. */
  private void becomeLeader(NodeId from, BecomeLeader told) {
    if (told.getTerm() != situation.term()) {
      return;
    }
    if (situation.config().term() < told.getTerm()) {
      // etcd has named us, but our watch hasn't said so: who the voters are is not known yet.
      toldTooEarly = told;
      toldBy = from;
      situation.out().refresh();
      return;
    }
    boolean accepted = leads(told.getTerm()) || mayLead(told);
    if (accepted && !leads(told.getTerm())) {
      situation.change(situation.state().accepting(told.getTerm(), situation.self));
      leadership = Optional.of(new Leadership(situation));
    }
    situation.send(
        from,
        PeerMessage.newBuilder()
            .setBecomeLeaderAnswer(
                BecomeLeaderAnswer.newBuilder().setTerm(told.getTerm()).setAccepted(accepted)));
  }

  private boolean leads(long term) {
    return leadership.filter(it -> it.term() == term).isPresent();
  }

  private boolean mayLead(BecomeLeader told) {
    return told.getBoot() == situation.boot
        && situation.config().term() == told.getTerm()
        && situation.state().acceptedLeader().isEmpty()
        && situation.isVoter()
        && Position.fromProto(told.getHead()).equals(situation.log.last());
  }

  private void confirm(NodeId from, Confirm question) {
    ReplicaState state = situation.state();
    if (!state.isUnsure()
        && state.term() == question.getTerm()
        && state.acceptedLeader().filter(from::equals).isPresent()) {
      ConfirmAnswer.Builder answer =
          ConfirmAnswer.newBuilder().setTerm(question.getTerm()).setRound(question.getRound());
      situation.send(from, PeerMessage.newBuilder().setConfirmAnswer(answer));
    }
  }

  private void stepDownBelow(long term) {
    if (leadership.filter(it -> it.term() < term).isPresent()) {
      stopLeading();
    }
  }

  private void stopLeading() {
    leadership = Optional.empty();
  }

  /**
   * Notes now and then durably how much is committed, so that a start need not ask before it
   * applies.
   */
  private void hintCommit() {
    ReplicaState state = situation.state();
    if (situation.commitIndex() - state.commitHint() >= COMMIT_HINT_STEP) {
      situation.change(state.withCommitHint(situation.commitIndex()));
    }
  }

  private long releasable() {
    return Math.min(situation.commitIndex(), situation.appliedIndex());
  }

  // ---- what the loop asks between steps

  /**
   * A heartbeat of the leader of {@code term} asks for a promise; also shows that it lives.
   *
   * @return false if this replica can't promise (R10)
   */
  public boolean promise(NodeId leader, long leaderBoot, long term, long now) {
    boolean promised = fence.promise(leader, leaderBoot, term, now);
    if (promised) {
      following.heard(now);
    }
    return promised;
  }

  /** A follower has promised, when asked at {@code askedAt} in this term, which had begun then. */
  public void promised(NodeId follower, long term, long askedAt, long now) {
    leadership.filter(it -> it.term() == term).ifPresent(it -> it.promised(follower, askedAt, now));
  }

  /** The term in which this replica leads since its activation; 0 when it does not. */
  public long leadingTerm() {
    return leadership.map(Leadership::term).orElse(0L);
  }

  /**
   * Reads and writes may be served (R6); for reads a lease or a confirmation is needed too (R10).
   */
  public boolean isServing() {
    return leadership.isPresent() && leadership.get().isServing();
  }

  /**
   * Leads, but takes no writes, since another is about to lead: a moment of a planned hand-over.
   */
  public boolean isReleasing() {
    return leadership.isPresent() && leadership.get().isReleasing();
  }

  /**
   * When time should be told to this replica next: at the next tick while something is under way,
   * and seldom otherwise, so that thousands of idle shards cost next to nothing. To be asked after
   * a step.
   */
  public long wakeAt() {
    if (fence.isWaiting() || !campaign.isIdle()) {
      return situation.now();
    }
    return leadership.isPresent() ? leaderWakeAt(leadership.get()) : suspicion.wakeAt();
  }

  private long leaderWakeAt(Leadership leader) {
    ShardConfig config = situation.config();
    boolean changes = !config.isAsWanted() || !config.learners().isEmpty();
    return changes || handOver.isWanted(leader) ? situation.now() : leader.wakeAt();
  }

  /** To be asked after the value was taken. */
  public boolean holdsLease(long now) {
    return leadership.isPresent() && leadership.get().holdsLease(now);
  }

  /**
   * Runs an election: until it has told the one that it names, nobody else goes on with it (R2).
   */
  public boolean isElecting() {
    return !campaign.isIdle();
  }

  /** Follows the log without a vote, to become a voter (R12). */
  public boolean isLearner() {
    return situation.config().learners().contains(situation.replica());
  }

  /** Removed from the shard, durably: its log and rows may be dropped (R12). */
  public boolean isGone() {
    return gone;
  }

  /** Who leads, as far as is known here; a hint for whoever asked the wrong replica. */
  public Optional<NodeId> leaderHint() {
    ShardConfig config = situation.config();
    Optional<NodeId> accepted = situation.state().acceptedLeader();
    Optional<NodeId> known = config.term() > situation.term() ? config.leader() : accepted;
    return known.filter(it -> !it.equals(situation.self) || leadership.isPresent());
  }

  public NodeId self() {
    return situation.self;
  }

  public ShardId shard() {
    return situation.shard;
  }

  public ShardConfig config() {
    return situation.config();
  }

  public ReplicaState state() {
    return situation.state();
  }

  public Position head() {
    return situation.log.last();
  }

  /** Up to where the log is committed; its end in memory lies there or before it. */
  public Position committed() {
    return situation.log.positionAt(situation.commitIndex()).orElseThrow();
  }

  public long commitIndex() {
    return situation.commitIndex();
  }

  /** The snapshot that a start would begin with; nothing older is needed any more (R18). */
  public Position durableBase() {
    return situation.durableBase();
  }

  /** A committed entry that is still in memory; empty when it lies in the journal only. */
  public Optional<LogEntry> cachedEntry(long index) {
    boolean cached = index >= situation.log.firstIndex() && index <= situation.commitIndex();
    return cached ? Optional.of(situation.log.entry(index)) : Optional.empty();
  }

  /** How far each follower has acknowledged; empty when this replica does not lead. */
  public Stream<FollowerPosition> followers() {
    return leadership.stream()
        .flatMap(Leadership::followers)
        .map(it -> new FollowerPosition(it.node(), it.matchIndex()));
  }

  /** A follower as its leader knows it. */
  public record FollowerPosition(NodeId node, long matchIndex) {}

  /** The nodes that take part in the shard, without this one. */
  public List<NodeId> peers() {
    return situation.config().replicas().stream()
        .map(ReplicaId::node)
        .filter(node -> !node.equals(situation.self))
        .distinct()
        .toList();
  }
}
