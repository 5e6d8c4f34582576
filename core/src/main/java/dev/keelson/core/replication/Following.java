package dev.keelson.core.replication;

import com.google.protobuf.ByteString;
import dev.keelson.core.shard.NodeId;
import dev.keelson.core.shard.ShardConfig;
import dev.keelson.proto.internal.v1.Append;
import dev.keelson.proto.internal.v1.AppendAck;
import dev.keelson.proto.internal.v1.Entry;
import dev.keelson.proto.internal.v1.PeerMessage;
import dev.keelson.proto.internal.v1.SnapshotOffer;
import java.util.Optional;

/**
 * The follower's side of the log (R3, R7, R8): takes appends of its term's one leader and
 * acknowledges what is durable.
 */
final class Following {
  private final Situation situation;
  private final Runnable stopLeading;
  private long heardAt;
  private final long incarnation;
  private boolean streamBroke;

  Following(Situation situation, Runnable stopLeading) {
    this.situation = situation;
    this.stopLeading = stopLeading;
    heardAt = situation.now();
    incarnation = situation.replica().incarnation();
  }

  void heard(long now) {
    heardAt = Math.max(heardAt, now);
    streamBroke = false;
  }

  void lost(NodeId peer) {
    if (situation.config().leader().filter(peer::equals).isPresent()) {
      streamBroke = true;
    }
  }

  /** Whether the leader has been silent for long; its broken stream counts as silence at once. */
  boolean misses(long patience) {
    return situation.now() > missedAt(patience);
  }

  /** After when the leader is missed, should nothing be heard of it. */
  long missedAt(long patience) {
    long silentSince = Math.max(heardAt, situation.now() - situation.configAge());
    return streamBroke ? situation.now() - 1 : silentSince + patience;
  }

  void newConfig() {
    streamBroke = false;
  }

  void receive(NodeId from, Append append) {
    if (append.getTerm() < situation.term() || situation.state().retired()) {
      refuse(from);
    } else if (accepts(from, append.getTerm())) {
      heard(situation.now());
      match(from, append);
    }
  }

  /** The leader no longer has what this replica lacks. */
  void receive(NodeId from, SnapshotOffer offer) {
    if (offer.getTerm() < situation.term()) {
      refuse(from);
    } else if (accepts(from, offer.getTerm())) {
      heard(situation.now());
      Position snapshot = Position.fromProto(offer.getPosition());
      if (lacks(snapshot)) {
        situation.out().fetch(new SnapshotFetch(from, snapshot));
      } else {
        // A snapshot is of committed entries; said so, lest the leader ask from below it again.
        situation.commit(Math.max(situation.commitIndex(), snapshot.index()));
        refuse(from);
      }
    }
  }

  /** The log may have got there by itself, while the snapshot was on its way. */
  private boolean lacks(Position snapshot) {
    return snapshot.index() > situation.commitIndex()
        && situation.log.positionAt(snapshot.index()).filter(snapshot::equals).isEmpty();
  }

  /**
   * The log begins anew behind a snapshot (R18). What it holds of entries is before the snapshot,
   * or was never committed: it differs from a log that was. Whoever was unsure stays so: that the
   * snapshot is there doesn't show that nothing is missing behind it (R13).
   */
  void install(Position snapshot) {
    if (lacks(snapshot) && !situation.state().retired()) {
      situation.restart(snapshot);
      situation
          .state()
          .acceptedLeader()
          .filter(leader -> !leader.equals(situation.self))
          .ifPresent(this::refuse);
    }
  }

  /** At most one leader per term, durably (R3). */
  private boolean accepts(NodeId from, long term) {
    ReplicaState state = situation.state();
    if (state.isUnsure() && term < situation.config().term()) {
      // It may have been fenced since, and have lost the memory of it.
      return false;
    }
    if (term == state.term() && state.acceptedLeader().isPresent()) {
      return state.acceptedLeader().get().equals(from) && !from.equals(situation.self);
    }
    if (term > state.term() && !isNamed(from, term)) {
      situation.out().refresh();
      return false;
    }
    stopLeading.run();
    situation.change(state.accepting(term, from));
    return true;
  }

  /** A replica that missed the fence believes only the leader that etcd names. */
  private boolean isNamed(NodeId leader, long term) {
    ShardConfig config = situation.config();
    return config.term() == term && config.leader().filter(leader::equals).isPresent();
  }

  private void match(NodeId from, Append append) {
    Position previous = Position.fromProto(append.getPrevious());
    if (!agreesAt(previous)) {
      refuse(from);
      return;
    }
    Position at = previous;
    for (Entry entry : append.getEntriesList()) {
      LogEntry next = received(at.index() + 1, entry);
      if (!next.follows(at.checksum())
          || next.term() < at.term()
          || next.term() > append.getTerm()) {
        // Damaged on its way: what came before it counts.
        break;
      }
      take(next);
      at = next.position();
    }
    situation.commit(
        Math.max(situation.commitIndex(), Math.min(append.getCommitIndex(), at.index())));
    acknowledge(from, at, append.getCommitIndex());
  }

  private static LogEntry received(long index, Entry entry) {
    ByteString payload = entry.getPayload();
    return new LogEntry(entry.getTerm(), index, entry.getKind(), payload, entry.getChecksum());
  }

  /**
   * Below the committed part every leader's log is the same, so only what lies in memory is
   * compared.
   */
  private boolean agreesAt(Position previous) {
    if (previous.index() > situation.log.lastIndex()) {
      return false;
    }
    Optional<Position> ours = situation.log.positionAt(previous.index());
    boolean agrees = ours.isEmpty() || ours.get().equals(previous);
    if (!agrees && previous.index() <= situation.commitIndex()) {
      throw new IllegalStateException(
          situation.shard + ": committed entry differs: " + ours + " here, " + previous + " there");
    }
    return agrees;
  }

  /** Skips what is there already; truncates only where a different entry stands (R7). */
  private void take(LogEntry entry) {
    if (entry.index() <= situation.log.lastIndex()) {
      Optional<Position> ours = situation.log.positionAt(entry.index());
      if (ours.isEmpty() || ours.get().equals(entry.position())) {
        return;
      }
      if (entry.index() <= situation.commitIndex()) {
        throw new IllegalStateException(
            situation.shard
                + ": committed entry would change: "
                + ours
                + " to "
                + entry.position());
      }
      situation.log.truncate(entry.index());
    }
    situation.append(entry);
  }

  /** Whoever holds a position that is committed holds the committed log up to there. */
  void certified(Position committed) {
    if (situation.log.positionAt(committed.index()).filter(committed::equals).isPresent()) {
      situation.commit(committed.index());
    }
  }

  private void acknowledge(NodeId leader, Position matched, long committed) {
    long term = situation.term();
    situation.whenDurable(
        () -> {
          if (situation.term() == term) {
            trustAgain(matched, committed);
            send(
                leader,
                AppendAck.newBuilder()
                    .setAccepted(true)
                    .setMatchIndex(matched.index())
                    .setCommitIndex(situation.commitIndex()));
          }
        });
  }

  /**
   * The first entry of a term is its barrier: whoever holds an entry of the term holds all that was
   * committed before it. What was committed in the term itself, perhaps by an acknowledgement of
   * ours that we have forgotten, the leader's commit index shows (R13).
   */
  private void trustAgain(Position matched, long committed) {
    ReplicaState state = situation.state();
    if (state.isUnsure() && matched.term() == state.term() && matched.index() >= committed) {
      situation.change(state.trusted());
    }
  }

  private void refuse(NodeId to) {
    long term = situation.term();
    situation.whenDurable(
        () -> {
          if (situation.term() == term) {
            send(
                to,
                AppendAck.newBuilder()
                    .setMatchIndex(situation.commitIndex())
                    .setHead(situation.log.last().toProto()));
          }
        });
  }

  private void send(NodeId to, AppendAck.Builder ack) {
    ack.setTerm(situation.term()).setIncarnation(incarnation);
    situation.send(to, PeerMessage.newBuilder().setAppendAck(ack));
  }
}
