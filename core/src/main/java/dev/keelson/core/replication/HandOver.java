package dev.keelson.core.replication;

import dev.keelson.core.shard.NodeId;
import java.util.Optional;

/**
 * Hands a shard over to the node that the configuration prefers: takes no more writes, waits until
 * the successor holds all, gives up lease and leadership, and runs the election that names it.
 * Voters need not wait out their promise then, because the holder itself asks (R10).
 */
final class HandOver {
  /** A leader stays for a while, so that leadership does not swing. */
  private static final long SETTLE_NANOS = 3_000_000_000L;

  private static final long GIVE_UP_NANOS = 500_000_000L;
  private static final long RETRY_NANOS = 10_000_000_000L;

  private final Situation situation;
  private long releasedAt;
  private long notBefore;

  HandOver(Situation situation) {
    this.situation = situation;
  }

  /** Whether another should lead, and could. */
  boolean isWanted(Leadership leader) {
    return successor(leader).isPresent();
  }

  /** Whether {@code leader} should step down now and run the election of its successor. */
  boolean isDue(Leadership leader) {
    Optional<Progress> successor = successor(leader);
    if (leader.isReleasing()) {
      return concludes(leader, successor);
    }
    if (successor.isPresent()
        && leader.isServing()
        && situation.now() >= Math.max(notBefore, leader.startedAt() + SETTLE_NANOS)
        && leader.isClose(successor.get(), GIVE_UP_NANOS)) {
      leader.release();
      releasedAt = situation.now();
    }
    return false;
  }

  private boolean concludes(Leadership leader, Optional<Progress> successor) {
    long last = situation.log.lastIndex();
    if (successor.isPresent()
        && successor.get().matchIndex() == last
        && situation.commitIndex() == last) {
      return true;
    }
    if (successor.isEmpty() || situation.now() - releasedAt > GIVE_UP_NANOS) {
      leader.resume();
      notBefore = situation.now() + RETRY_NANOS;
    }
    return false;
  }

  private Optional<Progress> successor(Leadership leader) {
    Optional<NodeId> preferred = situation.config().preferredLeader();
    return preferred
        .filter(node -> !situation.alarmed() && !situation.isLost(node))
        .flatMap(
            node ->
                leader.config().voters().stream().filter(it -> it.node().equals(node)).findAny())
        .filter(situation::isOnStatedDisk)
        .flatMap(leader::follower);
  }
}
