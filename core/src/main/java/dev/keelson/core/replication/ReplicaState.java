package dev.keelson.core.replication;

import dev.keelson.core.shard.NodeId;
import java.util.Optional;

/**
 * What a replica keeps durably beside its entries (R3, R13, R18).
 *
 * @param storage the disk that the replica lies on; see {@link dev.keelson.core.shard.ReplicaId}
 * @param acceptedLeader the one leader that was accepted in this term; absent while fenced
 * @param fencedBy the nonce of the election that fenced this replica in this term: a term has one
 *     owner (R14); 0 if it came into the term without a fence, or by an earlier version
 * @param retired removed from the shard; never votes again (R12)
 * @param suspended part of the log was damaged: no vote until caught up from a leader (R13)
 * @param doubtful the head may be missing entries that were acknowledged, because the journal ended
 *     torn (R13)
 * @param base what the log begins behind: a snapshot's position, or ZERO
 * @param commitHint an index known to be committed when this was written; it spares the replay at
 *     start a question
 */
public record ReplicaState(
    String storage,
    long term,
    Optional<NodeId> acceptedLeader,
    long fencedBy,
    boolean retired,
    boolean suspended,
    boolean doubtful,
    Position base,
    long commitHint) {

  /** A replica that was just made on {@code storage}. */
  public static ReplicaState fresh(String storage) {
    return new ReplicaState(storage, 0, Optional.empty(), 0, false, false, false, Position.ZERO, 0);
  }

  /** Fenced into a term: no leader accepted yet. */
  ReplicaState fenced(long newTerm, long nonce) {
    return new ReplicaState(
        storage, newTerm, Optional.empty(), nonce, retired, suspended, doubtful, base, commitHint);
  }

  ReplicaState accepting(long ofTerm, NodeId leader) {
    long by = ofTerm == term ? fencedBy : 0;
    return new ReplicaState(
        storage, ofTerm, Optional.of(leader), by, retired, suspended, doubtful, base, commitHint);
  }

  /**
   * Whether it may have forgotten what it did, a fence included (R13): it takes part only in the
   * newest term that etcd knows of, and confirms and promises nothing.
   */
  boolean isUnsure() {
    return suspended || doubtful;
  }

  /** Removed from the shard for ever (R12). */
  ReplicaState retiring() {
    return new ReplicaState(
        storage, term, acceptedLeader, fencedBy, true, suspended, doubtful, base, commitHint);
  }

  /** Its log is known to be complete again. */
  ReplicaState trusted() {
    return new ReplicaState(
        storage, term, acceptedLeader, fencedBy, retired, false, false, base, commitHint);
  }

  public ReplicaState withDoubt(boolean isSuspended, boolean isDoubtful) {
    return new ReplicaState(
        storage,
        term,
        acceptedLeader,
        fencedBy,
        retired,
        isSuspended,
        isDoubtful,
        base,
        commitHint);
  }

  /** The log begins behind a snapshot, which is durable already (R18). */
  ReplicaState withBase(Position snapshot) {
    return new ReplicaState(
        storage,
        term,
        acceptedLeader,
        fencedBy,
        retired,
        suspended,
        doubtful,
        snapshot,
        commitHint);
  }

  /**
   * What is left of a replica whose snapshot can't be read: no log, and no vote until a leader has
   * given it another one (R13).
   */
  public ReplicaState withoutLog() {
    return new ReplicaState(
        storage, term, acceptedLeader, fencedBy, retired, true, doubtful, Position.ZERO, 0);
  }

  ReplicaState withCommitHint(long index) {
    return new ReplicaState(
        storage, term, acceptedLeader, fencedBy, retired, suspended, doubtful, base, index);
  }
}
