package dev.keelson.core.replication;

import dev.keelson.core.shard.NodeId;
import dev.keelson.core.shard.ReplicaId;
import dev.keelson.core.shard.ShardConfig;
import dev.keelson.core.shard.ShardId;
import dev.keelson.proto.internal.v1.PeerMessage;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;

/**
 * What the parts of a replica share: who it is, what it knows, and the output of the step that
 * runs.
 */
final class Situation {
  final ShardId shard;
  final NodeId self;
  final long boot;
  final ReplicationSettings settings;
  final RandomGenerator random;
  final ReplicaLog log;

  /** Messages to ourselves, handled before the step ends. */
  final ArrayDeque<PeerMessage> toSelf = new ArrayDeque<>();

  private final ArrayDeque<Delayed> delayed = new ArrayDeque<>();
  private final Map<NodeId, String> disks = new HashMap<>();
  private final Map<NodeId, Long> foundAt = new HashMap<>();
  private final Set<NodeId> lost = new HashSet<>();

  private ReplicaState state;
  private ShardConfig config;
  private long configSeenAt;
  private long commitIndex;
  private long appliedIndex;
  private Position durableBase;
  private long now;
  private long persistSequence;
  private long persistedSequence;
  private Output.Builder out = new Output.Builder();
  private boolean alarmed;
  private long attempts;

  Situation(
      ShardConfig config,
      NodeId self,
      long boot,
      ReplicationSettings settings,
      RandomGenerator random,
      ReplicaState state,
      ReplicaLog log,
      long now) {
    this.shard = config.id();
    this.self = self;
    this.boot = boot;
    this.settings = settings;
    this.random = random;
    this.log = log;
    this.state = state;
    this.config = config;
    this.now = now;
    configSeenAt = now;
    commitIndex = Math.max(state.base().index(), Math.min(state.commitHint(), log.lastIndex()));
    appliedIndex = state.base().index();
    durableBase = state.base();
  }

  /** Runs when all that was handed to the journal so far is durable. */
  private record Delayed(long sequence, Runnable action) {}

  void begin(long stepTime) {
    now = Math.max(now, stepTime);
    out = new Output.Builder();
  }

  /** Numbers what this step persists. */
  long closePersist() {
    return out.persistsSomething() ? ++persistSequence : 0;
  }

  Output.Builder out() {
    return out;
  }

  long now() {
    return now;
  }

  ReplicaState state() {
    return state;
  }

  long term() {
    return state.term();
  }

  /**
   * Changes the durable state; whoever depends on it being durable says so with {@link
   * #whenDurable}.
   */
  void change(ReplicaState next) {
    if (next.term() < state.term()) {
      throw new IllegalStateException("term goes back from " + state + " to " + next);
    }
    state = next;
    out.persist(next);
  }

  void append(LogEntry entry) {
    log.append(entry);
    out.persist(entry);
  }

  /** A snapshot of what is applied lies on the disk: the log begins behind it (R18). */
  void rebase(Position snapshot) {
    if (snapshot.index() > commitIndex) {
      throw new IllegalStateException(
          shard + ": snapshot " + snapshot + " of entries above the commit " + commitIndex);
    }
    if (snapshot.index() > state.base().index()) {
      change(state.withBase(snapshot));
      noteDurableBase(snapshot);
    }
  }

  /** The log is given up for a snapshot of committed entries, which lies on the disk (R18). */
  void restart(Position snapshot) {
    log.reset(snapshot);
    state = state.withBase(snapshot);
    out.reset(state);
    commitIndex = snapshot.index();
    appliedIndex = snapshot.index();
    noteDurableBase(snapshot);
  }

  private void noteDurableBase(Position snapshot) {
    whenDurable(
        () -> {
          if (snapshot.index() > durableBase.index()) {
            durableBase = snapshot;
          }
        });
  }

  /** Nothing older than this snapshot is needed at a start. */
  Position durableBase() {
    return durableBase;
  }

  void whenDurable(Runnable action) {
    long sequence = persistSequence + (out.persistsSomething() ? 1 : 0);
    if (sequence <= persistedSequence) {
      action.run();
    } else {
      delayed.add(new Delayed(sequence, action));
    }
  }

  void persisted(long sequence) {
    persistedSequence = Math.max(persistedSequence, sequence);
    while (!delayed.isEmpty() && delayed.peek().sequence() <= persistedSequence) {
      delayed.remove().action().run();
    }
  }

  /** A retired replica says nothing any more, not even what it was about to (R12). */
  void send(NodeId to, PeerMessage.Builder message) {
    if (state.retired()) {
      return;
    }
    PeerMessage built = message.setShard(shard.number()).build();
    if (to.equals(self)) {
      toSelf.add(built);
    } else {
      out.send(to, built);
    }
  }

  ShardConfig config() {
    return config;
  }

  long configAge() {
    return now - configSeenAt;
  }

  /** Takes a newer record of the shard; older ones come late from a watch and say nothing new. */
  boolean learn(ShardConfig newer) {
    if (newer.revision() <= config.revision()) {
      return false;
    }
    boolean progress = newer.term() != config.term() || !newer.leader().equals(config.leader());
    config = newer;
    if (progress) {
      configSeenAt = now;
    }
    return true;
  }

  /** This replica, as configurations name it. */
  ReplicaId replica() {
    return new ReplicaId(self, state.storage());
  }

  boolean isVoter() {
    return !state.retired() && config.isVoter(replica());
  }

  /** Numbers the swaps of all parts of the replica. */
  long nextAttempt() {
    return ++attempts;
  }

  long commitIndex() {
    return commitIndex;
  }

  void commit(long index) {
    if (index > log.lastIndex()) {
      throw new IllegalStateException("commit " + index + " beyond the log's end " + log.last());
    }
    commitIndex = Math.max(commitIndex, index);
  }

  long appliedIndex() {
    return appliedIndex;
  }

  void applied(long index) {
    appliedIndex = Math.max(appliedIndex, index);
  }

  void found(NodeId peer, String disk) {
    disks.put(peer, disk);
    foundAt.put(peer, now);
    lost.remove(peer);
  }

  /** Since when the stream to a peer is there, or was there when it broke. */
  long connectedFor(NodeId peer) {
    return now - foundAt.getOrDefault(peer, now);
  }

  void lost(NodeId peer) {
    lost.add(peer);
  }

  boolean isLost(NodeId peer) {
    return lost.contains(peer);
  }

  /**
   * Whether the node's replica is the voter that the configuration means: this one itself, or on
   * the disk that the node has now (R13).
   */
  boolean isOnStatedDisk(ReplicaId replica) {
    if (replica.node().equals(self)) {
      return replica.storage().equals(state.storage());
    }
    String disk = disks.get(replica.node());
    return disk != null && replica.liesOn(replica.node(), disk);
  }

  /** The replica of {@code among} that a peer has, by the disk it has now; else the first there. */
  ReplicaId replicaOn(NodeId peer, ShardConfig among) {
    String disk = disks.get(peer);
    Optional<ReplicaId> there = disk == null ? Optional.empty() : among.replicaOn(peer, disk);
    return there.or(() -> among.replicaOn(peer)).orElseThrow();
  }

  boolean alarmed() {
    return alarmed;
  }

  void alarmed(boolean raised) {
    alarmed = raised;
  }

  void raiseAlarm(String why) {
    alarmed = true;
    out.alarm(why);
  }
}
