package dev.keelson.client;

import dev.keelson.proto.v1.ReadOptions;
import java.time.Duration;

/**
 * How fresh a read must be. At each level a read shows no less than what its {@link Session} has
 * seen and written. Immutable.
 */
public final class Consistency {
  /** Sees every write that was acknowledged before the read began. The default. */
  public static final Consistency LINEARIZABLE =
      new Consistency("LINEARIZABLE", ReadOptions.newBuilder());

  /** As LINEARIZABLE, and a majority is asked instead of trusting the leader's lease. */
  public static final Consistency LINEARIZABLE_BY_QUORUM =
      new Consistency("LINEARIZABLE_BY_QUORUM", ReadOptions.newBuilder().setConfirmByQuorum(true));

  /** Whatever one replica has applied; any replica may answer, the nearest too. */
  public static final Consistency STALE =
      new Consistency(
          "STALE", ReadOptions.newBuilder().setConsistency(dev.keelson.proto.v1.Consistency.STALE));

  private static final Duration LEAST_BOUND = Duration.ofMillis(1);
  private static final Duration GREATEST_BOUND = Duration.ofHours(1);

  private final String name;
  private final ReadOptions options;

  private Consistency(String name, ReadOptions.Builder options) {
    this.name = name;
    this.options = options.build();
  }

  /**
   * Sees every write that was acknowledged so long before the read began, or earlier. The nearest
   * replica answers that can prove it; {@link Served#maxAge} says what it has proven.
   *
   * @param maxStaleness from a millisecond to an hour
   */
  public static Consistency bounded(Duration maxStaleness) {
    if (maxStaleness.compareTo(LEAST_BOUND) < 0 || maxStaleness.compareTo(GREATEST_BOUND) > 0) {
      throw new IllegalArgumentException(
          "a bound must be from a millisecond to an hour: " + maxStaleness);
    }
    return new Consistency(
        "BOUNDED " + maxStaleness.toMillis() + " ms",
        ReadOptions.newBuilder()
            .setConsistency(dev.keelson.proto.v1.Consistency.BOUNDED)
            .setMaxStalenessMillis(maxStaleness.toMillis()));
  }

  /** What a read of the session sends. A leader's answer shows all that any session has seen. */
  ReadOptions options(Session session) {
    boolean byLeader = options.getConsistency() == dev.keelson.proto.v1.Consistency.LINEARIZABLE;
    return byLeader ? options : session.options(options);
  }

  @Override
  public String toString() {
    return name;
  }
}
