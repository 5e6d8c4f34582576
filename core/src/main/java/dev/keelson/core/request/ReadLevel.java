package dev.keelson.core.request;

import dev.keelson.core.error.ErrorCode;
import dev.keelson.proto.v1.ReadOptions;
import java.time.Duration;

/** How fresh a read must be, after all checks. */
public sealed interface ReadLevel {
  /** A bound that is greater says nothing that STALE doesn't. */
  Duration GREATEST_STALENESS = Duration.ofHours(1);

  /**
   * All that was acknowledged before the read began; the leader's to answer.
   *
   * @param byQuorum a majority is asked instead of trusting the lease
   */
  record Linearizable(boolean byQuorum) implements ReadLevel {}

  /**
   * All that was acknowledged so long before the read began; any replica may prove it.
   *
   * @param byQuorum clocks are not trusted, so only the leader can, with a majority
   */
  record Bounded(Duration maxStaleness, boolean byQuorum) implements ReadLevel {}

  /** Whatever a replica has applied. */
  record Stale() implements ReadLevel {}

  /** Refuses bounds that make no sense and levels that this version doesn't know. */
  static ReadLevel of(ReadOptions options) {
    return switch (options.getConsistency()) {
      case LINEARIZABLE -> new Linearizable(options.getConfirmByQuorum());
      case STALE -> new Stale();
      case BOUNDED -> new Bounded(bound(options), options.getConfirmByQuorum());
      case UNRECOGNIZED ->
          throw ErrorCode.NOT_SUPPORTED.because(
              "The consistency level %d is not known".formatted(options.getConsistencyValue()));
    };
  }

  private static Duration bound(ReadOptions options) {
    long millis = options.getMaxStalenessMillis();
    if (millis < 1 || millis > GREATEST_STALENESS.toMillis()) {
      throw ErrorCode.INVALID_REQUEST.because(
          "A BOUNDED read names max_staleness_millis from 1 to %d, not %d"
              .formatted(GREATEST_STALENESS.toMillis(), millis));
    }
    return Duration.ofMillis(millis);
  }

  /** Whether any replica may answer. */
  default boolean mayFollow() {
    return switch (this) {
      case Linearizable ignored -> false;
      case Bounded bounded -> !bounded.byQuorum();
      case Stale ignored -> true;
    };
  }
}
