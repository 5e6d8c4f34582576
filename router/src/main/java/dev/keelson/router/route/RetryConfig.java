package dev.keelson.router.route;

import java.time.Duration;

/**
 * How a request waits for a leader.
 *
 * @param minimumBackoff first pause before a request is sent again
 * @param maximumBackoff and the longest one; a change of the map or a new link ends it early
 * @param hintsInARow how many hints are followed at once before a pause; nodes may point at each
 *     other
 */
public record RetryConfig(Duration minimumBackoff, Duration maximumBackoff, int hintsInARow) {
  public static final RetryConfig DEFAULTS =
      new RetryConfig(Duration.ofMillis(10), Duration.ofMillis(100), 2);

  public RetryConfig {
    if (minimumBackoff.compareTo(Duration.ofMillis(1)) < 0
        || maximumBackoff.compareTo(minimumBackoff) < 0) {
      throw new IllegalArgumentException(
          "backoff must be at least 1 ms and grow: " + minimumBackoff + " to " + maximumBackoff);
    }
  }
}
