package dev.keelson.datanode.shard;

import com.google.protobuf.ByteString;
import dev.keelson.core.error.DatabaseException;
import dev.keelson.core.error.ErrorCode;
import dev.keelson.core.key.KeyRange;
import dev.keelson.core.replication.Input;
import dev.keelson.core.replication.LogEntry;
import dev.keelson.core.replication.Output;
import dev.keelson.core.replication.Replica;
import dev.keelson.core.shard.NodeId;
import dev.keelson.core.shard.ShardId;
import dev.keelson.datanode.snapshot.SnapshotEvent;
import dev.keelson.datanode.snapshot.SnapshotState;
import dev.keelson.proto.internal.v1.Command;
import dev.keelson.proto.internal.v1.CommandResult;
import dev.keelson.proto.internal.v1.NodeAnswer;
import dev.keelson.proto.internal.v1.NodeCall;
import dev.keelson.proto.v1.Consistency;
import dev.keelson.proto.v1.Proof;
import dev.keelson.proto.v1.ReadOptions;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * One shard on its loop: gathers inputs for the replica, keeps who waits for what, applies what is
 * committed. Of the loop's thread.
 */
final class HostedShard {
  /** What one entry removes: little work for a turn of each replica. */
  private static final int REMOVED_KEYS = 512;

  private static final int REMOVED_BYTES = 64 << 10;

  private final Replica replica;
  private final LoopSettings settings;
  private final CallCheck check;
  private final LoopExecutor clock;
  private final LoopEvents events;
  private final ArrayDeque<PendingWrite> proposed = new ArrayDeque<>();
  private final ArrayDeque<PendingWrite> appended = new ArrayDeque<>();
  private final List<PendingRead> taken = new ArrayList<>();
  private final ArrayDeque<PendingRead> confirming = new ArrayDeque<>();
  private List<Input> inputs = new ArrayList<>();
  private Consumer<HostedShard> whenReady = it -> {};
  private long wakeAt = Long.MIN_VALUE;
  private long servingTerm;
  private AppliedState state;
  private long toldApplied;
  private boolean replaying;
  private boolean refreshing;
  private boolean stopped;

  /** A value that was taken and waits for the proof that its taker still led. */
  private record PendingRead(
      NodeAnswer.Builder value,
      long term,
      long round,
      long deadline,
      Consumer<NodeAnswer> answer) {}

  /**
   * @param start what the log of the replica begins behind
   */
  HostedShard(
      Replica replica,
      SnapshotState start,
      LoopSettings settings,
      LoopExecutor clock,
      LoopEvents events) {
    this.events = events;
    this.replica = replica;
    this.settings = settings;
    this.clock = clock;
    check = new CallCheck(replica.shard(), replica.config().range(), settings.limits());
    state = restored(start);
    toldApplied = start.at().index();
  }

  private AppliedState restored(SnapshotState start) {
    if (start.at().index() > 0) {
      events.snapshot(id(), new SnapshotEvent.Restored(start.at()));
    }
    return new AppliedState(
        replica.config().range(),
        start,
        settings.limits().answerBytes(),
        settings.snapshots().retainedBytes());
  }

  /** The replica's log begins anew, behind a snapshot: what was applied before goes. */
  void install(SnapshotState snapshot) {
    state.close();
    state = restored(snapshot);
    toldApplied = snapshot.at().index();
  }

  Replica replica() {
    return replica;
  }

  ShardId id() {
    return replica.shard();
  }

  AppliedState state() {
    return state;
  }

  long applied() {
    return state.at().index();
  }

  boolean isStopped() {
    return stopped;
  }

  /** Who is told when the first input for the next step has come. */
  void whenReady(Consumer<HostedShard> listener) {
    whenReady = listener;
    if (hasInputs()) {
      listener.accept(this);
    }
  }

  void add(Input input) {
    if (stopped) {
      return;
    }
    if (inputs.isEmpty()) {
      whenReady.accept(this);
    }
    inputs.add(input);
  }

  /** Tells the replica the time, if it may have something to do by now. */
  void tick(long now) {
    if (now >= wakeAt) {
      add(new Input.Tick());
    }
  }

  boolean hasInputs() {
    return !inputs.isEmpty();
  }

  int waiting() {
    return proposed.size() + appended.size() + taken.size() + confirming.size();
  }

  // ---- calls of routers

  /**
   * A call with a command, a read or a scan.
   *
   * @throws DatabaseException which refuses it
   */
  void serve(NodeCall call, long deadline, Consumer<NodeAnswer> answer) {
    check.check(call);
    if (call.hasCommand()) {
      write(call, deadline, answer);
    } else {
      read(call, deadline, answer);
    }
  }

  /** A write: refused at once, or given to the replica. */
  private void write(NodeCall call, long deadline, Consumer<NodeAnswer> answer) {
    if (!replica.isServing() || replica.isReleasing()) {
      answer.accept(notServing(call.getId()));
      return;
    }
    proposed.add(new PendingWrite(call.getId(), deadline, answer));
    add(new Input.Proposed(call.getCommand()));
  }

  /** A read: takes the value first, then looks whether it may be given (R10). */
  private void read(NodeCall call, long deadline, Consumer<NodeAnswer> answer) {
    ReadOptions options =
        call.hasRead() ? call.getRead().getOptions() : call.getScan().getOptions();
    if (options.getConsistency() == Consistency.STALE) {
      answer.accept(
          state.read(call).setProof(Proof.FOLLOWER).setTerm(replica.state().term()).build());
      return;
    }
    if (!replica.isServing()) {
      answer.accept(notServing(call.getId()));
      return;
    }
    long term = replica.leadingTerm();
    NodeAnswer.Builder value = state.read(call).setTerm(term);
    if (!options.getConfirmByQuorum() && replica.holdsLease(clock.nanoTime())) {
      answer.accept(value.setProof(Proof.LEASE).build());
    } else {
      taken.add(new PendingRead(value, term, 0, deadline, answer));
      add(new Input.ConfirmRequested());
    }
  }

  private NodeAnswer notServing(long call) {
    Optional<NodeId> leader = replica.leaderHint();
    ErrorCode code =
        leader.filter(it -> !it.equals(replica.self())).isPresent()
            ? ErrorCode.NOT_LEADER
            : ErrorCode.NO_LEADER;
    return NodeAnswers.failed(
        call,
        code.because(id() + " is not led here now"),
        leader.filter(it -> !it.equals(replica.self())),
        replica.state().term());
  }

  // ---- rows of dropped tables

  /** Some keys within the ranges; none when there are none, or when this replica doesn't serve. */
  List<ByteString> someKeys(List<KeyRange> ranges) {
    List<ByteString> keys = new ArrayList<>();
    if (stopped || !replica.isServing() || replica.isReleasing()) {
      return keys;
    }
    int[] bytes = new int[1];
    for (KeyRange range : ranges) {
      state
          .rows()
          .scanKeys(
              range.lower(),
              range.upper(),
              false,
              key -> {
                keys.add(key);
                bytes[0] += key.size();
                return keys.size() < REMOVED_KEYS && bytes[0] < REMOVED_BYTES;
              });
      if (!keys.isEmpty()) {
        break;
      }
    }
    return keys;
  }

  /**
   * Puts the removal of rows into the log.
   *
   * @param then told once whether they are removed
   */
  void remove(List<ByteString> keys, long deadline, Consumer<Boolean> then) {
    Command removal = Command.newBuilder().addAllRemovedKeys(keys).build();
    proposed.add(new PendingWrite(0, deadline, answer -> then.accept(answer.hasWritten())));
    add(new Input.Proposed(removal.toByteString()));
  }

  // ---- a turn

  /** One step over all inputs; who waits is moved on by {@link #answer}. */
  Output step() {
    List<Input> batch = inputs;
    inputs = new ArrayList<>(batch.size());
    Output output = replica.step(batch, clock.nanoTime());
    wakeAt = replica.wakeAt();
    placeProposals(output);
    return output;
  }

  /** Whether this replica has begun or ceased to serve a term since this was last asked. */
  boolean hasServingChanged() {
    long before = servingTerm;
    servingTerm = replica.isServing() ? replica.leadingTerm() : 0;
    return servingTerm != before;
  }

  private void placeProposals(Output output) {
    for (long index : output.proposals()) {
      if (proposed.isEmpty()) {
        break;
      }
      PendingWrite write = proposed.remove();
      if (index == 0) {
        write.refuse(
            output.leadingTerm() == 0 || replica.isReleasing()
                ? notServing(write.call())
                : NodeAnswers.failed(
                    write.call(),
                    ErrorCode.OVERLOADED.because(id() + " takes no more writes right now")));
      } else {
        write.appended(output.leadingTerm(), index);
        appended.add(write);
      }
    }
  }

  /** Applies committed entries that are in memory, up to about {@code maxBytes}. */
  void applyCached(int maxBytes) {
    if (replaying || stopped) {
      return;
    }
    long bytes = 0;
    while (bytes < maxBytes && applied() < replica.commitIndex()) {
      Optional<LogEntry> next = replica.cachedEntry(applied() + 1);
      if (next.isEmpty()) {
        return;
      }
      apply(next.get());
      bytes += next.get().cost();
    }
  }

  /**
   * Applies entries that the journal gave back; those above {@code upTo} were not sure when they
   * were read.
   */
  void applyReplayed(List<LogEntry> entries, long upTo) {
    for (LogEntry entry : entries) {
      if (entry.index() == applied() + 1 && entry.index() <= upTo) {
        apply(entry);
      }
    }
  }

  /** Whether the next entry to apply lies in the journal only. */
  boolean wantsReplay() {
    return isBehind() && replica.cachedEntry(applied() + 1).isEmpty();
  }

  boolean isBehind() {
    return !replaying && !stopped && applied() < replica.commitIndex();
  }

  /** Whether the record may be read from etcd again: one question at a time. */
  boolean mayRefresh() {
    boolean may = !refreshing;
    refreshing = true;
    return may;
  }

  void refreshed() {
    refreshing = false;
  }

  void replaying(boolean running) {
    replaying = running;
  }

  /**
   * Tells the replica how far the rows are, with its next step; at once if it waits for that to
   * serve (R6).
   */
  void tellApplied() {
    if (applied() > toldApplied
        && (hasInputs()
            || applied() - toldApplied >= 1_024
            || (replica.leadingTerm() > 0 && !replica.isServing()))) {
      toldApplied = applied();
      add(new Input.Applied(toldApplied));
    }
  }

  private void apply(LogEntry entry) {
    if (entry.index() != applied() + 1) {
      throw new IllegalStateException(
          id() + ": entry " + entry.index() + " to be applied after " + applied());
    }
    events.applied(id(), entry);
    state.apply(entry).ifPresent(result -> answerWrites(entry, result));
  }

  private void answerWrites(LogEntry entry, CommandResult result) {
    while (!appended.isEmpty() && appended.peek().index() <= entry.index()) {
      PendingWrite write = appended.remove();
      if (write.index() != entry.index() || write.term() != entry.term()) {
        write.fail(unknown());
      } else if (result.getOutcome() == CommandResult.Outcome.WRONG_SHARD) {
        // An error, so that the router asks the right shard: nothing was applied.
        write.fail(ErrorCode.WRONG_SHARD.because("The partition does not lie in " + id()));
      } else {
        write.done(result);
      }
    }
  }

  /**
   * After a step: confirmed reads are answered, and who waited for a leadership that ended learns
   * so.
   */
  void answer(Output output) {
    for (PendingRead read : taken) {
      confirming.add(
          new PendingRead(
              read.value(), read.term(), output.confirmRound(), read.deadline(), read.answer()));
    }
    taken.clear();
    while (!confirming.isEmpty()) {
      PendingRead read = confirming.peek();
      if (read.term() != output.leadingTerm()) {
        read.answer().accept(notServing(read.value().getId()));
      } else if (read.round() <= output.confirmedRound()) {
        read.answer().accept(read.value().setProof(Proof.QUORUM).build());
      } else {
        break;
      }
      confirming.remove();
    }
    while (!appended.isEmpty() && appended.peek().term() != output.leadingTerm()) {
      appended.remove().fail(unknown());
    }
  }

  /** Answers whoever waited too long; what was appended may still be committed. */
  void expire(long now) {
    for (PendingWrite write : appended) {
      if (write.isLate(now)) {
        write.fail(unknown());
      }
    }
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

  /** A fault of ours: this replica does nothing any more; others go on without it. */
  void stop() {
    stopped = true;
    inputs.clear();
    close();
  }

  /** The replica goes from here, or the loop ends. */
  void close() {
    proposed.forEach(it -> it.refuse(gone(it.call())));
    appended.forEach(it -> it.fail(unknown()));
    taken.forEach(it -> it.answer().accept(gone(it.value().getId())));
    confirming.forEach(it -> it.answer().accept(gone(it.value().getId())));
    proposed.clear();
    appended.clear();
    taken.clear();
    confirming.clear();
    state.close();
  }

  private NodeAnswer gone(long call) {
    return NodeAnswers.failed(
        call, ErrorCode.NO_LEADER.because(id() + " is no longer served here"));
  }

  private DatabaseException unknown() {
    return ErrorCode.OUTCOME_UNKNOWN
        .because(id() + " lost its leader, or took too long, after the write was appended")
        .withUnknownOutcome();
  }
}
