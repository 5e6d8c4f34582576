package dev.keelson.datanode.shard;

import com.google.protobuf.ByteString;
import dev.keelson.core.command.CommandMachine;
import dev.keelson.core.error.DatabaseException;
import dev.keelson.core.error.ErrorCode;
import dev.keelson.core.key.KeyRange;
import dev.keelson.core.replication.Input;
import dev.keelson.core.replication.LogEntry;
import dev.keelson.core.replication.Output;
import dev.keelson.core.replication.Replica;
import dev.keelson.core.shard.HashRange;
import dev.keelson.core.shard.ShardId;
import dev.keelson.datanode.storage.OrderedRows;
import dev.keelson.proto.internal.v1.Command;
import dev.keelson.proto.internal.v1.CommandResult;
import dev.keelson.proto.internal.v1.Entry;
import dev.keelson.proto.internal.v1.FollowerLag;
import dev.keelson.proto.internal.v1.NodeAnswer;
import dev.keelson.proto.internal.v1.NodeCall;
import dev.keelson.proto.internal.v1.ReplicaStatus;
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
  private final OrderedRows rows;
  private final CallCheck check;
  private final ShardReads reads;
  private final CommandMachine machine;
  private final LoopExecutor clock;
  private final LoopEvents events;
  private final ArrayDeque<PendingWrite> proposed = new ArrayDeque<>();
  private final ArrayDeque<PendingWrite> appended = new ArrayDeque<>();
  private List<Input> inputs = new ArrayList<>();
  private Consumer<HostedShard> whenReady = it -> {};
  private long wakeAt = Long.MIN_VALUE;
  private long servingTerm;
  private long applied;
  private long toldApplied;
  private boolean replaying;
  private boolean refreshing;
  private boolean stopped;

  HostedShard(
      Replica replica,
      OrderedRows rows,
      LoopSettings settings,
      LoopExecutor clock,
      LoopEvents events) {
    this.events = events;
    this.replica = replica;
    this.rows = rows;
    this.clock = clock;
    HashRange range = replica.config().range();
    check = new CallCheck(replica.shard(), range, settings.limits());
    ShardReader reader = new ShardReader(rows, settings.limits().answerBytes());
    reads = new ShardReads(replica, reader, settings.replication(), clock, this::add);
    machine = new CommandMachine(range, rows);
  }

  Replica replica() {
    return replica;
  }

  ShardReads reads() {
    return reads;
  }

  ShardId id() {
    return replica.shard();
  }

  long applied() {
    return applied;
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
    return proposed.size() + appended.size() + reads.waiting();
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
      reads.read(call, deadline, answer);
    }
  }

  /** A write: refused at once, or given to the replica. */
  private void write(NodeCall call, long deadline, Consumer<NodeAnswer> answer) {
    if (!replica.isServing() || replica.isReleasing()) {
      answer.accept(NodeAnswers.notServing(call.getId(), replica));
      return;
    }
    proposed.add(new PendingWrite(call.getId(), deadline, answer));
    add(new Input.Proposed(call.getCommand()));
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
      rows.scanKeys(
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
    reads.stepped(output);
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
                ? NodeAnswers.notServing(write.call(), replica)
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
    long before = applied;
    Optional<LogEntry> next = nextCached();
    while (bytes < maxBytes && next.isPresent()) {
      apply(next.get());
      bytes += next.get().cost();
      next = nextCached();
    }
    if (applied > before) {
      reads.applied(applied);
    }
  }

  private Optional<LogEntry> nextCached() {
    return applied < replica.commitIndex() ? replica.cachedEntry(applied + 1) : Optional.empty();
  }

  /**
   * Applies entries that the journal gave back; those above {@code upTo} were not sure when they
   * were read.
   */
  void applyReplayed(List<LogEntry> entries, long upTo) {
    for (LogEntry entry : entries) {
      if (entry.index() == applied + 1 && entry.index() <= upTo) {
        apply(entry);
      }
    }
    reads.applied(applied);
  }

  /** Whether the next entry to apply lies in the journal only. */
  boolean wantsReplay() {
    return isBehind() && replica.cachedEntry(applied + 1).isEmpty();
  }

  boolean isBehind() {
    return !replaying && !stopped && applied < replica.commitIndex();
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
    if (applied > toldApplied
        && (hasInputs()
            || applied - toldApplied >= 1_024
            || (replica.leadingTerm() > 0 && !replica.isServing()))) {
      toldApplied = applied;
      add(new Input.Applied(applied));
    }
  }

  private void apply(LogEntry entry) {
    if (entry.index() != applied + 1) {
      throw new IllegalStateException(
          id() + ": entry " + entry.index() + " to be applied after " + applied);
    }
    applied = entry.index();
    events.applied(id(), entry);
    if (entry.kind() == Entry.Kind.COMMAND) {
      var result = machine.apply(entry.index(), entry.payload());
      while (!appended.isEmpty() && appended.peek().index() <= entry.index()) {
        PendingWrite write = appended.remove();
        if (write.index() == entry.index() && write.term() == entry.term()) {
          if (result.getOutcome() == CommandResult.Outcome.WRONG_SHARD) {
            // An error, so that the router asks the right shard: nothing was applied.
            write.fail(ErrorCode.WRONG_SHARD.because("The partition does not lie in " + id()));
          } else {
            write.done(result);
          }
        } else {
          write.fail(unknown());
        }
      }
    }
  }

  /**
   * After a step: confirmed reads are answered, and who waited for a leadership that ended learns
   * so.
   */
  void answer(Output output) {
    reads.answer(output);
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
    reads.expire(now);
  }

  /** A fault of ours: this replica does nothing any more; others go on without it. */
  void stop() {
    stopped = true;
    inputs.clear();
    close();
  }

  /** The replica goes from here, or the loop ends. */
  void close() {
    proposed.forEach(it -> it.refuse(NodeAnswers.gone(it.call(), replica)));
    appended.forEach(it -> it.fail(unknown()));
    proposed.clear();
    appended.clear();
    reads.close();
    rows.close();
  }

  private DatabaseException unknown() {
    return ErrorCode.OUTCOME_UNKNOWN
        .because(id() + " lost its leader, or took too long, after the write was appended")
        .withUnknownOutcome();
  }

  ReplicaStatus describe() {
    ReplicaStatus.Builder status =
        ReplicaStatus.newBuilder()
            .setShard(id().number())
            .setTerm(replica.state().term())
            .setRole(role())
            .setLastIndex(replica.head().index())
            .setCommitIndex(replica.commitIndex())
            .setAppliedIndex(applied)
            .setElecting(replica.isElecting())
            .setStorageId(replica.state().storage())
            .setLastTerm(replica.head().term())
            .setDoubtful(replica.state().doubtful())
            .setRows(stopped ? 0 : rows.rowCount());
    replica
        .followers()
        .forEach(
            it ->
                status.addFollowers(
                    FollowerLag.newBuilder()
                        .setNode(it.node().name())
                        .setMatchIndex(it.matchIndex())));
    return status.build();
  }

  private String role() {
    if (stopped) {
      return "STOPPED";
    }
    if (replica.state().suspended()) {
      return "SUSPENDED";
    }
    if (replica.leadingTerm() > 0) {
      return replica.isServing() ? "LEADER" : "ACTIVATING";
    }
    if (replica.isLearner()) {
      return "LEARNER";
    }
    return "FOLLOWER";
  }
}
