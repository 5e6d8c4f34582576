package dev.keelson.core.replication;

import dev.keelson.core.shard.ReplicaId;
import dev.keelson.core.shard.ShardConfig;
import dev.keelson.core.shard.WantedVoters;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;

/**
 * The serving leader's pursuit of the wanted voters (R12). Everything it knows is in the shard's
 * record, so whoever leads next goes on from there:
 *
 * <pre>
 *   voters ≠ wanted ──compare-and-swap──► the missing ones are learners
 *     ──all close──► term + 1 {voters = wanted, previousVoters = voters}
 *     ──barrier committed in both sets, the leader stays──compare-and-swap──► previousVoters empty
 *                                      └─the leader leaves──► term + 1, led by one that stays
 * </pre>
 */
final class VoterChange {
  private static final long SILENCE_NANOS = 500_000_000L;
  private static final long RETRY_NANOS = 2_000_000_000L;
  private static final long RESEND_NANOS = 100_000_000L;

  private final Situation situation;
  private final RecordSwap swap;
  private List<ReplicaId> learners = List.of();
  private long learnersSince;
  private long notBefore;

  VoterChange(Situation situation) {
    this.situation = situation;
    swap = new RecordSwap(situation);
  }

  void swapAnswered(long ofAttempt, Optional<ShardConfig> current) {
    // What it says is in the configuration now; the next tick goes on from there.
    swap.answered(ofAttempt, current);
  }

  /**
   * Goes one step on.
   *
   * @return whether {@code leader} should run the next election now: with {@link #target} if there
   *     is one
   */
  boolean isDue(Leadership leader) {
    ShardConfig config = leader.config();
    boolean ours = config.revision() == situation.config().revision();
    if (!leader.isServing() || !ours || situation.alarmed()) {
      return false;
    }
    return config.isChanging() ? conclude(leader) : pursue(leader);
  }

  /** Whether those that join, or one that stays when this leader leaves, have all that there is. */
  boolean isCaughtUp(Leadership leader) {
    ShardConfig config = leader.config();
    boolean committed = situation.commitIndex() == situation.log.lastIndex();
    if (!config.isChanging()) {
      return committed && learners.stream().allMatch(it -> isComplete(leader, it));
    }
    return committed && config.voters().stream().anyMatch(it -> isComplete(leader, it));
  }

  /** The voters of the next term; absent when only another of the same voters is to lead. */
  Optional<WantedVoters> target() {
    ShardConfig config = situation.config();
    return config.isChanging() ? Optional.empty() : wanted(config);
  }

  // ---- before the change

  private boolean pursue(Leadership leader) {
    ShardConfig config = leader.config();
    Optional<WantedVoters> wanted = wanted(config);
    List<ReplicaId> missing =
        wanted.map(it -> missing(config, it)).orElseGet(() -> stillWanted(config));
    if (!new HashSet<>(missing).equals(new HashSet<>(config.learners()))) {
      ask(config.withLearners(missing));
      return false;
    }
    if (!missing.equals(learners)) {
      learners = missing;
      learnersSince = situation.now();
    }
    return wanted.isPresent() && isTime(mayChange(leader, wanted.get().voters()));
  }

  /** A wish that can be pursued: one node holds one replica of a shard on a disk. */
  private static Optional<WantedVoters> wanted(ShardConfig config) {
    return config
        .wanted()
        .filter(it -> !it.equalsVoters(config.voters()))
        .filter(
            it ->
                missing(config, it).stream()
                    .allMatch(
                        joining ->
                            config.voters().stream()
                                .noneMatch(voter -> voter.liesOn(joining.node(), joining.disk()))));
  }

  /** Who has data for a wish that can't be pursued stays: its name is not used twice. */
  private static List<ReplicaId> stillWanted(ShardConfig config) {
    return config.learners().stream()
        .filter(it -> config.wanted().filter(wish -> wish.voters().contains(it)).isPresent())
        .toList();
  }

  private static List<ReplicaId> missing(ShardConfig config, WantedVoters wanted) {
    return wanted.voters().stream().filter(it -> !config.voters().contains(it)).toList();
  }

  /**
   * Every learner needs little more, and a majority of the wanted voters is there to go on with. A
   * learner waits a lease before it can be fenced, as any replica that is new on its disk.
   */
  private boolean mayChange(Leadership leader, List<ReplicaId> wanted) {
    long lease = situation.settings.lease().toNanos();
    return (learners.isEmpty() || situation.now() - learnersSince > lease)
        && learners.stream().allMatch(it -> isClose(leader, it))
        && Quorum.has(wanted, it -> isClose(leader, it));
  }

  // ---- after it

  /** The barrier is committed in both sets, or this leader would not serve. */
  private boolean conclude(Leadership leader) {
    ShardConfig config = leader.config();
    if (config.voters().contains(situation.replica())) {
      ask(config.withoutPreviousVoters());
      return false;
    }
    return isTime(config.voters().stream().anyMatch(it -> isClose(leader, it)));
  }

  // ---- both

  private boolean isTime(boolean may) {
    boolean now = may && situation.now() >= notBefore;
    if (now) {
      // Should the term not be to be had, this leader stays for a while.
      notBefore = situation.now() + RETRY_NANOS;
    }
    return now;
  }

  private boolean isClose(Leadership leader, ReplicaId replica) {
    return replica.equals(situation.replica())
        || following(leader, replica).filter(it -> leader.isClose(it, SILENCE_NANOS)).isPresent();
  }

  private boolean isComplete(Leadership leader, ReplicaId replica) {
    return replica.equals(situation.replica())
        || following(leader, replica)
            .filter(it -> it.matchIndex() == situation.log.lastIndex())
            .isPresent();
  }

  private Optional<Progress> following(Leadership leader, ReplicaId replica) {
    return situation.isOnStatedDisk(replica) && !situation.isLost(replica.node())
        ? leader.follower(replica)
        : Optional.empty();
  }

  private void ask(ShardConfig next) {
    if (situation.now() - swap.askedAt() > RESEND_NANOS) {
      swap.ask(next);
    }
  }
}
