package dev.keelson.client;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Growing pauses, each drawn from the upper half of its range, so that clients that failed together
 * don't come back together. Not thread-safe.
 */
final class Backoff {
  private final long firstNanos;
  private final long maxNanos;
  private int failures;

  Backoff(Duration first, Duration max) {
    this.firstNanos = first.toNanos();
    this.maxNanos = max.toNanos();
  }

  long nextNanos() {
    // 20 doublings are more than any pair of first and max needs.
    long range = Math.min(maxNanos, firstNanos << Math.min(failures, 20));
    failures++;
    return range / 2 + ThreadLocalRandom.current().nextLong(range / 2 + 1);
  }

  void reset() {
    failures = 0;
  }
}
