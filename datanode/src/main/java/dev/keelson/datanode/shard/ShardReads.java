package dev.keelson.datanode.shard;

import dev.keelson.core.error.DatabaseException;
import dev.keelson.core.error.ErrorCode;
import dev.keelson.core.replication.Freshness;
import dev.keelson.core.replication.Input;
import dev.keelson.core.replication.Output;
import dev.keelson.core.replication.Position;
import dev.keelson.core.replication.Replica;
import dev.keelson.core.replication.ReplicationSettings;
import dev.keelson.core.request.ReadLevel;
import dev.keelson.core.shard.NodeId;
import dev.keelson.core.shard.ShardId;
import dev.keelson.proto.internal.v1.NodeAnswer;
import dev.keelson.proto.internal.v1.NodeCall;
import dev.keelson.proto.v1.Proof;
import dev.keelson.proto.v1.ReadOptions;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/**
 * The reads of one shard: each waits until the rows have what it must see, has its value taken, and
 * is answered when that may be given. Of the loop's thread.
 *
 * <pre>
 *             all committed is applied           lease holds after that
 *   leader ──────────────────────────► value taken ─────────────────► answered: LEASE      (R10)
 *                                            └─── else a majority confirms ──► QUORUM
 *             applied what its session has seen
 *   follower ─────────────────────────► STALE: value taken, answered: FOLLOWER
 *                └─ asks the leader ──► certificate applied, young enough ──► FOLLOWER, age (R11)
 * </pre>
 */
final class ShardReads {
  private static final long MILLISECOND = 1_000_000;

  private final Replica replica;
  private final ShardReader reader;
  private final Freshness freshness;
  private final LoopExecutor clock;
  private final Consumer<Input> inputs;

  /** What a living leader needs to answer; a follower that waited so long lets others try. */
  private final long patience;

  private final List<TakenRead> taken = new ArrayList<>();
  private final ArrayDeque<TakenRead> confirming = new ArrayDeque<>();
  private List<WaitingRead> waiting = new ArrayList<>();
  private BiConsumer<NodeId, ShardId> certificateWanted = (leader, shard) -> {};
  private long applied;

  /**
   * A read whose value is not taken yet.
   *
   * @param least what must be applied before
   * @param giveUpAt when it is refused, so that its router may ask elsewhere
   */
  private record WaitingRead(
      NodeCall call,
      ReadLevel level,
      long least,
      long deadline,
      long giveUpAt,
      Consumer<NodeAnswer> answer) {}

  /** A value that was taken and waits for the proof that its taker still led. */
  private record TakenRead(
      NodeAnswer.Builder value,
      long term,
      long round,
      long deadline,
      Consumer<NodeAnswer> answer) {}

  ShardReads(
      Replica replica,
      ShardReader reader,
      ReplicationSettings settings,
      LoopExecutor clock,
      Consumer<Input> inputs) {
    this.replica = replica;
    this.reader = reader;
    this.clock = clock;
    this.inputs = inputs;
    freshness = new Freshness(settings);
    patience = settings.heartbeat().toNanos();
  }

  /** Who is told when a read waits for a certificate of a leader. */
  void whenCertificateIsWanted(BiConsumer<NodeId, ShardId> listener) {
    certificateWanted = listener;
  }

  int waiting() {
    return waiting.size() + taken.size() + confirming.size();
  }

  /**
   * A read or a scan.
   *
   * @throws DatabaseException which refuses it
   */
  void read(NodeCall call, long deadline, Consumer<NodeAnswer> answer) {
    ReadLevel level = ReadLevel.of(options(call));
    long now = clock.nanoTime();
    long giveUpAt = level.mayFollow() ? now + Math.min(patience, (deadline - now) / 2) : deadline;
    WaitingRead read = new WaitingRead(call, level, least(call, level), deadline, giveUpAt, answer);
    if (!serve(read)) {
      waiting.add(read);
    }
  }

  private static ReadOptions options(NodeCall call) {
    return call.hasRead() ? call.getRead().getOptions() : call.getScan().getOptions();
  }

  /**
   * A follower may apply sooner than its leader what that has committed, and show it to a session
   * that then reads here, without a token since this is the highest level.
   */
  private long least(NodeCall call, ReadLevel level) {
    return switch (level) {
      case ReadLevel.Linearizable ignored -> Math.max(call.getLeastIndex(), replica.commitIndex());
      case ReadLevel.Bounded ignored -> call.getLeastIndex();
      case ReadLevel.Stale ignored -> call.getLeastIndex();
    };
  }

  /** Whether the read need wait no longer for its value. */
  private boolean serve(WaitingRead read) {
    return switch (read.level()) {
      case ReadLevel.Linearizable level -> lead(read, level.byQuorum());
      case ReadLevel.Bounded level ->
          replica.leadingTerm() > 0 || level.byQuorum()
              ? lead(read, level.byQuorum())
              : follow(read, level.maxStaleness().toNanos());
      case ReadLevel.Stale ignored -> follow(read);
    };
  }

  private void serveWaiting() {
    if (waiting.isEmpty()) {
      return;
    }
    List<WaitingRead> left = new ArrayList<>();
    for (WaitingRead read : waiting) {
      try {
        if (!serve(read)) {
          left.add(read);
        }
      } catch (DatabaseException refused) {
        refuse(read, refused);
      }
    }
    waiting = left;
  }

  private static void refuse(WaitingRead read, DatabaseException why) {
    read.answer().accept(NodeAnswers.failed(read.call().getId(), why));
  }

  private NodeAnswer.Builder take(WaitingRead read) {
    return reader.read(read.call()).setIndex(applied);
  }

  // ---- at the leader

  /** Takes the value first, then looks whether it may be given (R10). */
  private boolean lead(WaitingRead read, boolean byQuorum) {
    if (!replica.isServing()) {
      read.answer().accept(NodeAnswers.notServing(read.call().getId(), replica));
      return true;
    }
    if (applied < read.least()) {
      return false;
    }
    long term = replica.leadingTerm();
    NodeAnswer.Builder value = take(read).setTerm(term).setAgeMillis(0);
    if (!byQuorum && replica.holdsLease(clock.nanoTime())) {
      read.answer().accept(value.setProof(Proof.LEASE).build());
    } else {
      taken.add(new TakenRead(value, term, 0, read.deadline(), read.answer()));
      inputs.accept(new Input.ConfirmRequested());
    }
    return true;
  }

  /** Values that were taken before this step wait for the round that it asks for. */
  void stepped(Output output) {
    for (TakenRead read : taken) {
      confirming.add(
          new TakenRead(
              read.value(), read.term(), output.confirmRound(), read.deadline(), read.answer()));
    }
    taken.clear();
  }

  /** Answers what is confirmed, and whoever took a value in a term that ended. */
  void answer(Output output) {
    while (!confirming.isEmpty()) {
      TakenRead read = confirming.peek();
      if (read.term() != output.leadingTerm()) {
        read.answer().accept(NodeAnswers.notServing(read.value().getId(), replica));
      } else if (read.round() <= output.confirmedRound()) {
        read.answer().accept(read.value().setProof(Proof.QUORUM).build());
      } else {
        break;
      }
      confirming.remove();
    }
  }

  /** R11, for a follower that asked: all that is committed, if the lease holds after that. */
  Optional<Position> certify() {
    if (!replica.isServing()) {
      return Optional.empty();
    }
    Position committed = replica.committed();
    return replica.holdsLease(clock.nanoTime()) ? Optional.of(committed) : Optional.empty();
  }

  // ---- at a follower

  private boolean follow(WaitingRead read) {
    if (applied < read.least()) {
      wantCertificate();
      return false;
    }
    read.answer().accept(taken(read).build());
    return true;
  }

  private boolean follow(WaitingRead read, long maxStalenessNanos) {
    OptionalLong age = freshness.ageNanos(clock.nanoTime());
    if (applied < read.least() || age.isEmpty() || age.getAsLong() > maxStalenessNanos) {
      wantCertificate();
      return false;
    }
    int millis = (int) ((age.getAsLong() + MILLISECOND - 1) / MILLISECOND);
    read.answer().accept(taken(read).setAgeMillis(millis).build());
    return true;
  }

  private NodeAnswer.Builder taken(WaitingRead read) {
    return take(read).setProof(Proof.FOLLOWER).setTerm(replica.state().term());
  }

  /** Also brings news of what is committed, which a session may wait for. */
  private void wantCertificate() {
    if (!freshness.isAwaitingRows()) {
      replica
          .leaderHint()
          .filter(it -> !it.equals(replica.self()))
          .ifPresent(it -> certificateWanted.accept(it, replica.shard()));
    }
  }

  void certified(long askedAt, Position committed) {
    freshness.certified(askedAt, committed.index(), applied);
    inputs.accept(new Input.Certified(committed));
    serveWaiting();
  }

  /** Whoever was asked can't certify: others may do better than wait for a change. */
  void notCertified() {
    List<WaitingRead> left = new ArrayList<>();
    for (WaitingRead read : waiting) {
      if (read.level() instanceof ReadLevel.Bounded && replica.leadingTerm() == 0) {
        refuse(read, tooStale("its leader holds no lease"));
      } else {
        left.add(read);
      }
    }
    waiting = left;
  }

  private DatabaseException tooStale(String why) {
    return ErrorCode.TOO_STALE.because(
        "The rows of %s on %s can't be shown to be fresh enough: %s"
            .formatted(replica.shard(), replica.self(), why));
  }

  // ---- time, and the end

  /** The rows are up to {@code index}. */
  void applied(long index) {
    applied = index;
    freshness.applied(index);
    serveWaiting();
  }

  /** Refuses whoever waited too long. */
  void expire(long now) {
    serveWaiting();
    waiting.removeIf(
        read -> {
          boolean late = now - read.giveUpAt() > 0;
          if (late) {
            refuse(read, tooStale("no news of the leader's log came in time"));
          }
          return late;
        });
    confirming.removeIf(
        read -> {
          boolean late = now - read.deadline() > 0;
          if (late) {
            read.answer()
                .accept(
                    NodeAnswers.failed(
                        read.value().getId(),
                        ErrorCode.DEADLINE_EXCEEDED.because(
                            "no majority confirmed the leader in time")));
          }
          return late;
        });
  }

  void close() {
    waiting.forEach(it -> it.answer().accept(NodeAnswers.gone(it.call().getId(), replica)));
    taken.forEach(it -> it.answer().accept(NodeAnswers.gone(it.value().getId(), replica)));
    confirming.forEach(it -> it.answer().accept(NodeAnswers.gone(it.value().getId(), replica)));
    waiting.clear();
    taken.clear();
    confirming.clear();
  }
}
