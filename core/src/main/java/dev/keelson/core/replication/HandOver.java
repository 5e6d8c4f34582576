package dev.keelson.core.replication;

import dev.keelson.core.shard.NodeId;
import java.util.Optional;

/**
 * When a leader should hand the shard over to the node that the configuration prefers, by running
 * the election that names it ({@link Campaign}). Voters need not wait out their promise then,
 * because the holder itself asks (R10).
 */
final class HandOver {
  /** A leader stays for a while, so that leadership does not swing. */
  private static final long SETTLE_NANOS = 3_000_000_000L;

  private static final long SILENCE_NANOS = 500_000_000L;
  private static final long RETRY_NANOS = 10_000_000_000L;

  private final Situation situation;
  private long askedAt = Long.MIN_VALUE / 2;

  HandOver(Situation situation) {
    this.situation = situation;
  }

  /** Whether another should lead, and could. */
  boolean isWanted(Leadership leader) {
    return successor(leader).isPresent();
  }

  /** Whether {@code leader} should run the election of its successor now. */
  boolean isDue(Leadership leader) {
    Optional<Progress> successor = successor(leader);
    boolean due =
        successor.isPresent()
            && leader.isServing()
            && situation.now() >= leader.startedAt() + SETTLE_NANOS
            && (askedAt < leader.startedAt() || situation.now() >= askedAt + RETRY_NANOS)
            && leader.isClose(successor.get(), SILENCE_NANOS);
    if (due) {
      // Should the term not be to be had, this leader stays for a while.
      askedAt = situation.now();
    }
    return due;
  }

  /** Whether the successor has all that there is; nothing is waited for without one. */
  boolean isCaughtUp(Leadership leader) {
    return successor(leader)
        .filter(
            it ->
                it.matchIndex() < situation.log.lastIndex()
                    || situation.commitIndex() < situation.log.lastIndex())
        .isEmpty();
  }

  /**
   * A node that has just come back refuses fences for a lease (R10), and is slow to answer: the
   * election would go by without it, and name this leader again.
   */
  private boolean isSettled(NodeId node) {
    return !situation.isLost(node)
        && situation.connectedFor(node) > situation.settings.patienceNanos();
  }

  private Optional<Progress> successor(Leadership leader) {
    Optional<NodeId> preferred = situation.config().preferredLeader();
    return preferred
        .filter(node -> !situation.alarmed() && isSettled(node))
        .flatMap(
            node ->
                leader.config().voters().stream().filter(it -> it.node().equals(node)).findAny())
        .filter(situation::isOnStatedDisk)
        .flatMap(leader::follower);
  }
}
