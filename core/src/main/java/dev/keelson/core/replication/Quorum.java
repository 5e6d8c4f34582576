package dev.keelson.core.replication;

import dev.keelson.core.shard.ReplicaId;
import dev.keelson.core.shard.ShardConfig;
import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;
import java.util.function.ToLongFunction;

/** Majorities of a shard's voters, and of its previous voters while they are changing (R12). */
final class Quorum {
  private Quorum() {}

  /** The greatest value that a majority of both sets has reached. */
  static long reached(ShardConfig config, ToLongFunction<ReplicaId> value) {
    long byVoters = reached(config.voters(), value);
    return config.previousVoters().isEmpty()
        ? byVoters
        : Math.min(byVoters, reached(config.previousVoters(), value));
  }

  static boolean has(ShardConfig config, Predicate<ReplicaId> agrees) {
    return reached(config, replica -> agrees.test(replica) ? 1 : 0) == 1;
  }

  /** Whether every voter of both sets agrees. */
  static boolean hasAll(ShardConfig config, Predicate<ReplicaId> agrees) {
    return !config.voters().isEmpty()
        && config.voters().stream().allMatch(agrees)
        && config.previousVoters().stream().allMatch(agrees);
  }

  /** Of one set alone. */
  static boolean has(List<ReplicaId> voters, Predicate<ReplicaId> agrees) {
    return reached(voters, replica -> agrees.test(replica) ? 1 : 0) == 1;
  }

  private static long reached(List<ReplicaId> voters, ToLongFunction<ReplicaId> value) {
    if (voters.isEmpty()) {
      throw new IllegalStateException("a shard without voters");
    }
    long[] values = new long[voters.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = value.applyAsLong(voters.get(i));
    }
    Arrays.sort(values);
    // Ascending: a majority has at least what stands at the last place that leaves a majority above
    // or at it.
    return values[(values.length - 1) / 2];
  }
}
