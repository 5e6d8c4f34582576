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
 *     ──all close, the leader releases──► term + 1 {voters = wanted, previousVoters = voters}
 *     ──barrier committed in both sets, the leader stays──compare-and-swap──► previousVoters empty
 *                                      └─the leader leaves──► term + 1, led by one that stays
 * </pre>
 */
final class VoterChange {
  private static final long SILENCE_NANOS = 500_000_000L;
  private static final long GIVE_UP_NANOS = 500_000_000L;
  private static final long RETRY_NANOS = 2_000_000_000L;
  private static final long RESEND_NANOS = 100_000_000L;

  private final Situation situation;
  private final RecordSwap swap;
  private List<ReplicaId> learners = List.of();
  private long learnersSince;
  private boolean releasing;
  private long releasedAt;
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
   * @return whether {@code leader} should step down now and run the next election: with {@link
   *     #target} if there is one
   */
  boolean isDue(Leadership leader) {
    ShardConfig config = leader.config();
    boolean ours = config.revision() == situation.config().revision();
    if (!leader.isServing() || !ours || situation.alarmed()) {
      abandon(leader);
      return false;
    }
    if (leader.isReleasing() && !releasing) {
      return false;
    }
    return config.isChanging() ? conclude(leader) : pursue(leader);
  }

  boolean isReleasing() {
    return releasing;
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
      abandon(leader);
      ask(config.withLearners(missing));
      return false;
    }
    if (!missing.equals(learners)) {
      learners = missing;
      learnersSince = situation.now();
    }
    if (wanted.isEmpty()) {
      abandon(leader);
      return false;
    }
    return releasing
        ? isReady(leader, wanted.get().voters())
        : release(leader, mayChange(leader, wanted.get().voters()));
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

  private boolean isReady(Leadership leader, List<ReplicaId> wanted) {
    boolean ready =
        situation.commitIndex() == situation.log.lastIndex()
            && learners.stream().allMatch(it -> isComplete(leader, it))
            && Quorum.has(wanted, it -> isComplete(leader, it));
    return concludeRelease(leader, ready);
  }

  // ---- after it

  /** The barrier is committed in both sets, or this leader would not serve. */
  private boolean conclude(Leadership leader) {
    ShardConfig config = leader.config();
    if (config.voters().contains(situation.replica())) {
      abandon(leader);
      ask(config.withoutPreviousVoters());
      return false;
    }
    if (releasing) {
      boolean ready =
          situation.commitIndex() == situation.log.lastIndex()
              && config.voters().stream().anyMatch(it -> isComplete(leader, it));
      return concludeRelease(leader, ready);
    }
    return release(leader, config.voters().stream().anyMatch(it -> isClose(leader, it)));
  }

  // ---- both

  private boolean release(Leadership leader, boolean may) {
    if (may && situation.now() >= notBefore) {
      leader.release();
      releasing = true;
      releasedAt = situation.now();
    }
    return false;
  }

  private boolean concludeRelease(Leadership leader, boolean ready) {
    if (ready) {
      releasing = false;
    } else if (situation.now() - releasedAt > GIVE_UP_NANOS) {
      abandon(leader);
      notBefore = situation.now() + RETRY_NANOS;
    }
    return ready;
  }

  private void abandon(Leadership leader) {
    if (releasing) {
      releasing = false;
      leader.resume();
    }
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
