package dev.keelson.simulation.check;

import dev.keelson.core.shard.ReplicaId;
import dev.keelson.core.shard.ShardConfig;
import dev.keelson.core.shard.ShardId;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Each record of a shard follows from the one before as R12 allows, so that what two neighbouring
 * terms decide by always overlaps; and who left never comes back under its name.
 */
public final class VoterSets {
  private final Map<ShardId, ShardConfig> last = new HashMap<>();
  private final Map<ShardId, Set<ReplicaId>> left = new HashMap<>();
  private boolean wasSetBack;
  private long begun;
  private long cleared;
  private long undone;

  public void see(ShardConfig next) {
    ShardConfig before = last.put(next.id(), next);
    if (before == null) {
      return;
    }
    // Who hasn't noticed that the store was set back may find its guard's revision there again.
    boolean raised = next.term() > before.term() && (next.election().isEmpty() || wasSetBack);
    if (next.term() != before.term() && next.term() != before.term() + 1 && !raised) {
      throw new Violation(
          Invariant.VOTERS_CHANGE_IN_STEPS,
          next.id() + ": term " + next.term() + " after " + before.term());
    }
    boolean newTerm = next.term() > before.term();
    boolean sameVoters = same(next.voters(), before.voters());
    if (sameVoters && same(next.previousVoters(), before.previousVoters())) {
      // As it was.
    } else if (newTerm && !before.isChanging() && same(next.previousVoters(), before.voters())) {
      begun++;
    } else if (newTerm
        && before.isChanging()
        && !next.isChanging()
        && same(next.voters(), before.previousVoters())) {
      undone++;
    } else if (!newTerm && sameVoters && !next.isChanging() && before.leader().isPresent()) {
      cleared++;
    } else {
      throw new Violation(
          Invariant.VOTERS_CHANGE_IN_STEPS,
          "the voters change from\n  " + before + "\nto\n  " + next + "\nwhich R12 does not allow");
    }
    seeWhoLeft(before, next);
  }

  /** The metadata store is as it was before: what it says next follows from that (R14). */
  public void setBack() {
    last.clear();
    wasSetBack = true;
  }

  private void seeWhoLeft(ShardConfig before, ShardConfig next) {
    Set<ReplicaId> gone = left.computeIfAbsent(next.id(), it -> new HashSet<>());
    before.replicas().stream().filter(it -> !next.replicas().contains(it)).forEach(gone::add);
    for (ReplicaId replica : next.replicas()) {
      if (gone.contains(replica)) {
        throw new Violation(
            Invariant.VOTERS_CHANGE_IN_STEPS,
            next.id() + ": " + replica + " left and is back in " + next);
      }
    }
  }

  private static boolean same(List<ReplicaId> one, List<ReplicaId> other) {
    return new HashSet<>(one).equals(new HashSet<>(other));
  }

  public long begun() {
    return begun;
  }

  public long cleared() {
    return cleared;
  }

  public long undone() {
    return undone;
  }
}
