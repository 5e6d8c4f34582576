package dev.keelson.core.replication;

import com.google.protobuf.ByteString;
import dev.keelson.core.shard.NodeId;
import dev.keelson.core.shard.ReplicaId;
import dev.keelson.core.shard.ShardConfig;
import dev.keelson.proto.internal.v1.Append;
import dev.keelson.proto.internal.v1.AppendAck;
import dev.keelson.proto.internal.v1.Confirm;
import dev.keelson.proto.internal.v1.ConfirmAnswer;
import dev.keelson.proto.internal.v1.Entry;
import dev.keelson.proto.internal.v1.PeerMessage;
import dev.keelson.proto.internal.v1.SnapshotOffer;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Leading one term: replicates, commits (R9), keeps the lease (R10) and confirms reads. Ends with
 * the term or the process.
 */
final class Leadership {
  /** How long a follower may lag behind its commit before it is told without new entries. */
  private static final long COMMIT_NEWS_NANOS = 20_000_000;

  /** What may be missing at a follower that is about to take part in a planned election. */
  private static final long CLOSE_ENTRIES = 1_000;

  private final Situation situation;
  private final long term;
  private final long barrierIndex;
  private final long startedAt;
  private final Map<NodeId, Progress> followers = new TreeMap<>();

  /** Which replica each of {@link #followers} is about. */
  private final Map<NodeId, ReplicaId> replicas = new TreeMap<>();

  /**
   * The newest of this term: a leader that hears of a later one counts as before, until it is
   * fenced (R12).
   */
  private ShardConfig config;

  private long durableIndex;
  private long uncommittedBytes;
  private long confirmRound;
  private boolean confirmWanted;
  private boolean releasing;
  private long commitNewsAt;
  private long confirmAskedAt;
  private long durableAwaited;
  private long leaseUntil = Long.MIN_VALUE;

  /** Appends the term's barrier (R6). */
  Leadership(Situation situation) {
    this.situation = situation;
    term = situation.term();
    startedAt = situation.now();
    barrierIndex = situation.log.lastIndex() + 1;
    config = situation.config();
    syncFollowers();
    uncommittedBytes = costAbove(situation.commitIndex());
    append(Entry.Kind.BARRIER, ByteString.EMPTY);
  }

  long term() {
    return term;
  }

  long startedAt() {
    return startedAt;
  }

  /** The barrier is committed and applied: reads and writes may be served (R6). */
  boolean isServing() {
    return situation.commitIndex() >= barrierIndex && situation.appliedIndex() >= barrierIndex;
  }

  boolean hasBarrier() {
    return situation.commitIndex() >= barrierIndex;
  }

  Stream<Progress> followers() {
    return followers.values().stream();
  }

  /** The index of the write, or 0 when it was refused. */
  long propose(ByteString payload) {
    if (!isServing() || releasing || uncommittedBytes >= situation.settings.uncommittedBytes()) {
      return 0;
    }
    return append(Entry.Kind.COMMAND, payload);
  }

  private long append(Entry.Kind kind, ByteString payload) {
    LogEntry entry = LogEntry.following(situation.log.last(), term, kind, payload);
    situation.append(entry);
    uncommittedBytes += entry.cost();
    return entry.index();
  }

  /** The voters and learners of this term, as far as is known. */
  ShardConfig config() {
    return config;
  }

  /** Follows the voters and learners of the configuration. */
  void syncFollowers() {
    if (situation.config().term() == term) {
      config = situation.config();
    }
    Set<NodeId> wanted = new HashSet<>();
    config.replicas().stream()
        .map(ReplicaId::node)
        .filter(node -> !node.equals(situation.self))
        .forEach(wanted::add);
    followers.keySet().retainAll(wanted);
    replicas.keySet().retainAll(wanted);
    wanted.forEach(this::follow);
    renewLease();
  }

  /** What one replica has acknowledged says nothing of another one on the same node. */
  private void follow(NodeId node) {
    ReplicaId replica = situation.replicaOn(node, config);
    if (!replica.equals(replicas.put(node, replica))) {
      followers.put(node, new Progress(node, situation.log.lastIndex() + 1, situation.now()));
    }
  }

  void receive(NodeId from, AppendAck ack) {
    Progress follower = followers.get(from);
    ReplicaId replica = replicas.get(from);
    if (follower == null
        || replica == null
        || ack.getTerm() != term
        || ack.getIncarnation() != replica.incarnation()) {
      return;
    }
    if (ack.getAccepted()) {
      follower.accepted(
          Math.min(ack.getMatchIndex(), situation.log.lastIndex()),
          ack.getCommitIndex(),
          situation.now());
    } else {
      follower.refused(ack.getMatchIndex(), ack.getHead().getIndex(), situation.now());
    }
  }

  void receive(NodeId from, ConfirmAnswer answer) {
    Progress follower = followers.get(from);
    if (follower != null && answer.getTerm() == term) {
      follower.confirmed(Math.min(answer.getRound(), confirmRound), situation.now());
    }
  }

  /** A follower promised at our question of {@code askedAt} not to be fenced for a lease. */
  void promised(NodeId from, long askedAt, long now) {
    Progress follower = followers.get(from);
    if (follower != null) {
      follower.promised(askedAt, now);
      renewLease();
    }
  }

  void lost(NodeId peer) {
    Progress follower = followers.get(peer);
    if (follower != null) {
      follower.startOver();
    }
  }

  void found(NodeId peer) {
    Progress follower = followers.get(peer);
    if (follower != null) {
      follower.found(situation.log.lastIndex() + 1);
      follow(peer);
    }
    renewLease();
  }

  void logRead(NodeId node, Position previous, List<LogEntry> entries) {
    Progress follower = followers.get(node);
    if (follower == null) {
      return;
    }
    if (entries.isEmpty()) {
      // Not to be had now; the follower is stuck and will be tried again.
      follower.readFailed();
      return;
    }
    follower.readDone();
    if (previous.index() + 1 == follower.nextIndex()) {
      send(follower, previous, entries);
    }
  }

  /** What a follower lacks is gone: it is to fetch the snapshot that took its place (R18). */
  void logGone(NodeId node) {
    Progress follower = followers.get(node);
    if (follower == null) {
      return;
    }
    Position snapshot = situation.state().base();
    if (snapshot.index() < follower.nextIndex()) {
      // The question was an older one.
      follower.readDone();
      return;
    }
    follower.needsSnapshot(situation.now());
    SnapshotOffer.Builder offer =
        SnapshotOffer.newBuilder().setTerm(term).setPosition(snapshot.toProto());
    situation.send(node, PeerMessage.newBuilder().setSnapshotOffer(offer));
  }

  /** The round that will confirm the reads of this step. */
  long confirm() {
    if (!confirmWanted) {
      confirmWanted = true;
      confirmRound++;
    }
    return confirmRound;
  }

  long confirmRound() {
    return confirmRound;
  }

  long confirmedRound() {
    return quorum(confirmRound, Progress::confirmedRound);
  }

  /** Whether reads may be served without asking (R10), by our own clock. */
  boolean holdsLease(long now) {
    return now < leaseUntil;
  }

  /** A majority's promises, each from when it was asked for; a shard of one voter needs none. */
  private void renewLease() {
    long asked = quorum(Long.MAX_VALUE, Progress::promiseAskedAt);
    boolean bounded = asked != Long.MIN_VALUE && asked != Long.MAX_VALUE;
    leaseUntil = bounded ? asked + situation.settings.usableLeaseNanos() : asked;
  }

  private interface Known {
    long of(Progress follower);
  }

  /**
   * What a majority has reached; a replica on another disk than the configuration means doesn't
   * count.
   */
  private long quorum(long own, Known known) {
    return Quorum.reached(
        config,
        replica -> {
          if (!situation.isOnStatedDisk(replica)) {
            return Long.MIN_VALUE;
          }
          return replica.node().equals(situation.self)
              ? own
              : follower(replica).map(known::of).orElse(Long.MIN_VALUE);
        });
  }

  /** At the end of each step: commits what a majority holds, then sends what followers may take. */
  void advance() {
    awaitOwnDurability();
    commit();
    followers.values().forEach(this::replicate);
    askConfirmation();
  }

  /** The leader counts itself only for what is durable here (R9). */
  private void awaitOwnDurability() {
    long last = situation.log.lastIndex();
    if (last > durableAwaited) {
      durableAwaited = last;
      situation.whenDurable(() -> durableIndex = last);
    }
  }

  /** R9: never by counting entries of older terms, only through the barrier. */
  private void commit() {
    long reached = quorum(durableIndex, Progress::matchIndex);
    if (reached < barrierIndex) {
      return;
    }
    for (long i = situation.commitIndex() + 1; i <= reached; i++) {
      uncommittedBytes -= situation.log.entry(i).cost();
    }
    situation.commit(reached);
    trustItself();
  }

  /**
   * A doubtful replica may lead when every voter answered; with its barrier committed and durable
   * here it holds all that was committed (R13).
   */
  private void trustItself() {
    if (situation.state().isUnsure() && durableIndex >= barrierIndex) {
      situation.change(situation.state().trusted());
    }
  }

  private long costAbove(long index) {
    long cost = 0;
    for (long i = index + 1; i <= situation.log.lastIndex(); i++) {
      cost += situation.log.entry(i).cost();
    }
    return cost;
  }

  private void replicate(Progress follower) {
    while (follower.nextIndex() <= situation.log.lastIndex()
        && !situation.isLost(follower.node())
        && follower.maySend(situation.settings.inFlightBytes())) {
      Optional<Position> previous = situation.log.positionAt(follower.nextIndex() - 1);
      if (previous.isEmpty()) {
        read(follower);
        return;
      }
      send(
          follower,
          previous.get(),
          situation.log.from(follower.nextIndex(), situation.settings.appendBytes()));
    }
  }

  private void read(Progress follower) {
    if (follower.mayRead()) {
      follower.reading(situation.now());
      situation.out().read(new LogReadRequest(follower.node(), follower.nextIndex()));
    }
  }

  private void send(Progress follower, Position previous, List<LogEntry> entries) {
    Append.Builder append =
        Append.newBuilder()
            .setTerm(term)
            .setPrevious(previous.toProto())
            .setCommitIndex(situation.commitIndex())
            .setConfigRevision(config.revision());
    entries.forEach(entry -> append.addEntries(entry.toProto()));
    situation.send(follower.node(), PeerMessage.newBuilder().setAppend(append));
    follower.sent(entries, situation.commitIndex(), situation.now());
  }

  private void askConfirmation() {
    if (confirmWanted) {
      confirmWanted = false;
      confirmAskedAt = situation.now();
      Confirm.Builder question = Confirm.newBuilder().setTerm(term).setRound(confirmRound);
      followers
          .keySet()
          .forEach(node -> situation.send(node, PeerMessage.newBuilder().setConfirm(question)));
    }
  }

  /** Sends again what was not answered, and tells quiet followers what is committed. */
  void tick() {
    long now = situation.now();
    long resendAfter = 5 * situation.settings.resend().toNanos();
    for (Progress follower : followers.values()) {
      if (follower.isStuck(now, resendAfter)) {
        follower.startOver();
      }
    }
    if (now - commitNewsAt >= COMMIT_NEWS_NANOS) {
      commitNewsAt = now;
      followers.values().forEach(this::tellCommit);
    }
    if (confirmRound > confirmedRound() && now - confirmAskedAt > resendAfter) {
      confirmWanted = true;
    }
  }

  private void tellCommit(Progress follower) {
    if (hasNewsFor(follower)
        && follower.isQuiet()
        && follower.nextIndex() > situation.log.lastIndex()) {
      send(follower, situation.log.last(), List.of());
    }
  }

  /** Whether a follower that can be reached doesn't know, or hasn't shown to have, all there is. */
  private boolean hasNewsFor(Progress follower) {
    return !situation.isLost(follower.node())
        && (follower.commitSent() < situation.commitIndex()
            || follower.matchIndex() < situation.log.lastIndex());
  }

  /**
   * No majority has answered for long, or the barrier does not get committed: others must be free
   * to elect.
   */
  boolean isHopeless() {
    return situation.now() > hopelessAt();
  }

  private long hopelessAt() {
    long heard = hasBarrier() ? quorum(situation.now(), Progress::lastHeardAt) : startedAt;
    return Math.max(heard, startedAt) + situation.settings.patienceNanos();
  }

  /** When {@link #tick} may have something to do next. */
  long wakeAt() {
    boolean busy =
        !isServing()
            || releasing
            || confirmRound > confirmedRound()
            || followers.values().stream().anyMatch(it -> !it.isQuiet() || hasNewsFor(it));
    long seldom = situation.now() + situation.settings.suspicion().toNanos();
    return busy ? situation.now() : Math.min(seldom, hopelessAt() + 1);
  }

  /** The next term is claimed: takes no more writes, so that the successor can catch up. */
  void release() {
    releasing = true;
  }

  void resume() {
    releasing = false;
  }

  boolean isReleasing() {
    return releasing;
  }

  /** What is known of exactly that replica. */
  Optional<Progress> follower(ReplicaId replica) {
    return replica.equals(replicas.get(replica.node()))
        ? Optional.ofNullable(followers.get(replica.node()))
        : Optional.empty();
  }

  /**
   * Whether a follower has answered lately and needs little more. One that has acknowledged nothing
   * may have no log at all: as a voter it would pass for one that has lost it (R13).
   */
  boolean isClose(Progress follower, long silenceNanos) {
    long last = situation.log.lastIndex();
    long first = follower.matchIndex() + 1;
    return situation.now() - follower.lastHeardAt() < silenceNanos
        && follower.matchIndex() > 0
        && first + CLOSE_ENTRIES > last
        && first >= situation.log.firstIndex()
        && costAbove(follower.matchIndex()) <= situation.settings.inFlightBytes();
  }
}
