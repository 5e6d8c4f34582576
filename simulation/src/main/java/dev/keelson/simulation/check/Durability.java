package dev.keelson.simulation.check;

import dev.keelson.core.replication.Position;
import dev.keelson.core.replication.Replica;
import dev.keelson.core.replication.ReplicaState;
import dev.keelson.core.shard.NodeId;
import dev.keelson.core.shard.ReplicaId;
import dev.keelson.core.shard.ShardConfig;
import dev.keelson.core.shard.ShardId;
import dev.keelson.datanode.journal.DurableLog;
import dev.keelson.datanode.journal.RecoveredShard;
import dev.keelson.proto.internal.v1.AppendAck;
import dev.keelson.proto.internal.v1.Heartbeat;
import dev.keelson.proto.internal.v1.HeartbeatAck;
import dev.keelson.proto.internal.v1.LedShard;
import dev.keelson.proto.internal.v1.NewTermAnswer;
import dev.keelson.proto.internal.v1.PeerMessage;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/**
 * Holds what replicas tell and commit against what is on the disks at that moment (R3, R8, R9), and
 * what a start finds against what was there before (R13, R18).
 */
public final class Durability {
  private final Holder nodes;
  private final Map<Place, Long> fenced = new HashMap<>();
  private final Map<Place, Commit> lastAcks = new HashMap<>();
  private final Map<Place, Commit> committed = new HashMap<>();

  private final Map<Beat, Set<LedShard>> beats = new HashMap<>();

  /** What a leader had committed after its last turn. */
  private record Commit(long term, long index) {
    private Commit later(Commit next) {
      return next.term > term || next.index > index ? next : this;
    }
  }

  private record Beat(NodeId leader, NodeId peer, long version) {}

  /** A shard on one storage of one node. */
  private record Place(ReplicaId replica, ShardId shard) {}

  public Durability(Holder nodes) {
    this.nodes = nodes;
  }

  /** A replica is about to send. */
  public void told(ReplicaId from, NodeId to, PeerMessage message) {
    if (message.getBodyCase() != PeerMessage.BodyCase.APPEND_ACK
        && message.getBodyCase() != PeerMessage.BodyCase.NEW_TERM_ANSWER
        && message.getBodyCase() != PeerMessage.BodyCase.CONFIRM_ANSWER) {
      return;
    }
    Place place = new Place(from, new ShardId(message.getShard()));
    DurableLog durable = nodes.durable(from, place.shard()).orElseGet(() -> nothing(from));
    switch (message.getBodyCase()) {
      case APPEND_ACK -> acknowledged(place, to, message.getAppendAck(), durable);
      case NEW_TERM_ANSWER -> answered(place, message.getNewTermAnswer(), durable);
      case CONFIRM_ANSWER -> {
        notOlder(place, message.getConfirmAnswer().getTerm());
        sure(place, isUnsure(place), message);
      }
      default -> {}
    }
  }

  private void acknowledged(Place place, NodeId to, AppendAck ack, DurableLog durable) {
    notOlder(place, ack.getTerm());
    if (ack.getAccepted()) {
      // A late copy of an append is acknowledged too, and takes nothing back.
      lastAcks.merge(place, new Commit(ack.getTerm(), ack.getMatchIndex()), Commit::later);
    }
    ReplicaState state = durable.state();
    boolean termIsDurable = state.term() == ack.getTerm();
    boolean entriesAre = !ack.getAccepted() || durable.last().index() >= ack.getMatchIndex();
    boolean leaderIs = !ack.getAccepted() || state.acceptedLeader().filter(to::equals).isPresent();
    if (!termIsDurable || !entriesAre || !leaderIs) {
      throw told(place, ack, durable);
    }
  }

  private void answered(Place place, NewTermAnswer answer, DurableLog durable) {
    notOlder(place, answer.getTerm());
    fenced.put(place, answer.getTerm());
    boolean asIs =
        durable.state().term() == answer.getTerm()
            && durable.last().equals(Position.fromProto(answer.getHead()))
            && answer.getDoubtful() == durable.state().doubtful();
    if (!asIs) {
      throw told(place, answer, durable);
    }
    sure(place, durable.state().suspended(), answer);
  }

  private void notOlder(Place place, long term) {
    long known = fenced.getOrDefault(place, 0L);
    if (term < known) {
      throw new Violation(
          Invariant.TOLD_WHAT_IS_DURABLE,
          place + " speaks in term " + term + " although it was fenced into " + known);
    }
  }

  private static DurableLog nothing(ReplicaId replica) {
    return new DurableLog(ReplicaState.fresh(replica.storage()), Position.ZERO);
  }

  private boolean isUnsure(Place place) {
    boolean[] unsure = new boolean[1];
    nodes.eachReplica(
        place.shard(),
        (node, replica, now) -> {
          if (node.equals(place.replica().node())) {
            unsure[0] = replica.state().suspended() || replica.state().doubtful();
          }
        });
    return unsure[0];
  }

  private static void sure(Place place, boolean unsure, Object message) {
    if (unsure) {
      throw new Violation(Invariant.UNSURE_IS_SILENT, place + " is not sure and says " + message);
    }
  }

  private static Violation told(Place place, Object message, DurableLog durable) {
    return new Violation(
        Invariant.TOLD_WHAT_IS_DURABLE, place + " says " + message + " but holds " + durable);
  }

  /** The shards that a leader names to a peer, for the answers to come. */
  public void beats(NodeId leader, NodeId peer, Heartbeat heartbeat) {
    if (heartbeat.getComplete()) {
      beats.put(
          new Beat(leader, peer, heartbeat.getSetVersion()), Set.copyOf(heartbeat.getShardsList()));
    }
  }

  /** A peer promises, by an answer without exceptions. */
  public void promised(
      NodeId from, Function<ShardId, ReplicaId> replicas, NodeId leader, HeartbeatAck ack) {
    Set<LedShard> led = beats.getOrDefault(new Beat(leader, from, ack.getSetVersion()), Set.of());
    for (LedShard shard : led) {
      if (!ack.getSetUnknown() && !ack.getExceptionsList().contains(shard.getShard())) {
        ShardId id = new ShardId(shard.getShard());
        Place place = new Place(replicas.apply(id), id);
        notOlder(place, shard.getTerm());
        sure(place, isUnsure(place), ack);
      }
    }
  }

  /** After a turn: what a leader has committed since the last look. */
  public void turned(ReplicaId self, Replica replica) {
    if (replica.leadingTerm() == 0) {
      return;
    }
    Place place = new Place(self, replica.shard());
    Commit commit = new Commit(replica.leadingTerm(), replica.commitIndex());
    Commit before = committed.put(place, commit);
    ShardConfig config = replica.config();
    boolean judged =
        before != null
            && before.term() == commit.term()
            && !before.equals(commit)
            // A leader counts by the record of its own term, which is no longer to be seen here.
            && config.term() == commit.term();
    if (!judged) {
      return;
    }
    long index = commit.index();
    boolean durable =
        isDurable(config.voters(), replica, index)
            && (config.previousVoters().isEmpty()
                || isDurable(config.previousVoters(), replica, index));
    if (!durable) {
      throw new Violation(
          Invariant.DURABLE_ON_MAJORITY,
          place + " leads term " + replica.leadingTerm() + " and commits " + index);
    }
  }

  /** Who holds an entry of the leader's term holds its barrier and all before that. */
  private boolean isDurable(List<ReplicaId> voters, Replica leader, long index) {
    long holding = voters.stream().filter(voter -> holds(voter, leader, index)).count();
    return holding > voters.size() / 2;
  }

  private boolean holds(ReplicaId voter, Replica leader, long index) {
    boolean durable =
        nodes
            .durable(voter, leader.shard())
            .map(DurableLog::last)
            .filter(last -> last.index() >= index && last.term() >= leader.leadingTerm())
            .isPresent();
    // A disk may be lost between its ack, which was true, and the leader's look at it.
    Commit acknowledged = lastAcks.get(new Place(voter, leader.shard()));
    boolean lost = nodes.isBad(voter.node()) || nodes.durable(voter, leader.shard()).isEmpty();
    return durable
        || (lost
            && acknowledged != null
            && acknowledged.term() >= leader.leadingTerm()
            && acknowledged.index() >= index);
  }

  /** A start has read the journal. */
  public void started(ReplicaId self, RecoveredShard found, DurableLog before) {
    committed.remove(new Place(self, found.shard()));
    boolean all =
        found.state().term() >= before.state().term()
            && found.last().compareTo(before.last()) >= 0
            && found.last().index() >= before.last().index();
    if (!all && !found.state().suspended() && !found.state().doubtful()) {
      throw new Violation(
          Invariant.SURVIVES_RESTART, self + " held " + before + " and finds " + found);
    }
  }
}
