package dev.keelson.core.replication;

import dev.keelson.core.shard.ShardConfig;
import java.util.List;
import java.util.Optional;

/**
 * What is to be done after a step, in this order: hand {@code state} and then {@code entries} to
 * the journal as one batch and send {@code messages} (in parallel), ask etcd, read the log, apply
 * up to {@code commitIndex}, answer.
 *
 * @param reset {@code state} gives the log up: before {@code entries}, it is empty and begins
 *     behind the state's base, a snapshot that was received, whose rows take the place of the
 *     present ones
 * @param persistSequence to be named in {@link Input.Persisted} when the batch is durable; 0 when
 *     there is none
 * @param swap to be tried once; its answer comes back as {@link Input.SwapAnswered}
 * @param refresh etcd is to be asked for the shard's record, since this replica's knowledge of it
 *     is behind
 * @param proposals for each {@link Input.Proposed} in order, its index in the log, or 0 when it was
 *     refused and never appended
 * @param leadingTerm the term in which this replica leads; 0 when it doesn't. Writes that were
 *     appended in another term have an unknown outcome.
 * @param confirmRound with which the reads of this step will be confirmed
 * @param confirmedRound up to which reads are confirmed, in {@code leadingTerm}
 * @param fetch a snapshot that this replica needs; comes back as {@link Input.SnapshotReceived}
 * @param alarm why etcd can't be the one we know (R14)
 */
public record Output(
    Optional<ReplicaState> state,
    boolean reset,
    List<LogEntry> entries,
    long persistSequence,
    List<Outgoing> messages,
    Optional<SwapRequest> swap,
    boolean refresh,
    List<LogReadRequest> logReads,
    long commitIndex,
    long[] proposals,
    long leadingTerm,
    long confirmRound,
    long confirmedRound,
    Optional<SnapshotFetch> fetch,
    Optional<String> alarm) {

  /** Gathers what the parts of a replica decide within one step. */
  static final class Builder {
    private final java.util.ArrayList<LogEntry> entries = new java.util.ArrayList<>();
    private final java.util.ArrayList<Outgoing> messages = new java.util.ArrayList<>(4);
    private final java.util.ArrayList<LogReadRequest> logReads = new java.util.ArrayList<>(0);
    private Optional<ReplicaState> state = Optional.empty();
    private Optional<SwapRequest> swap = Optional.empty();
    private Optional<SnapshotFetch> fetch = Optional.empty();
    private Optional<String> alarm = Optional.empty();
    private boolean reset;
    private boolean refresh;
    private long[] proposals = new long[0];
    private int proposalCount;

    void expectProposals(int atMost) {
      proposals = new long[atMost];
    }

    void proposal(long index) {
      proposals[proposalCount++] = index;
    }

    void persist(ReplicaState newState) {
      state = Optional.of(newState);
    }

    /** What this step has appended so far goes with the rest of the log. */
    void reset(ReplicaState newState) {
      state = Optional.of(newState);
      reset = true;
      entries.clear();
    }

    void persist(LogEntry entry) {
      entries.add(entry);
    }

    void send(dev.keelson.core.shard.NodeId to, dev.keelson.proto.internal.v1.PeerMessage message) {
      messages.add(new Outgoing(to, message));
    }

    void swap(long attempt, ShardConfig next) {
      if (swap.isPresent()) {
        throw new IllegalStateException("two swaps in one step: " + swap.get() + " and " + next);
      }
      swap = Optional.of(new SwapRequest(attempt, next));
    }

    boolean asksSwap() {
      return swap.isPresent();
    }

    void refresh() {
      refresh = true;
    }

    void read(LogReadRequest request) {
      logReads.add(request);
    }

    void fetch(SnapshotFetch wanted) {
      fetch = Optional.of(wanted);
    }

    void alarm(String why) {
      alarm = Optional.of(why);
    }

    boolean persistsSomething() {
      return state.isPresent() || !entries.isEmpty();
    }

    Output build(
        long persistSequence,
        long commitIndex,
        long leadingTerm,
        long confirmRound,
        long confirmedRound) {
      return new Output(
          state,
          reset,
          entries,
          persistSequence,
          messages,
          swap,
          refresh,
          logReads,
          commitIndex,
          proposals,
          leadingTerm,
          confirmRound,
          confirmedRound,
          fetch,
          alarm);
    }
  }
}
