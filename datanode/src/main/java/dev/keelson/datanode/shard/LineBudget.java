package dev.keelson.datanode.shard;

import java.time.Duration;

/** At most so many lines in a period; counts what was left out. Not thread-safe. */
final class LineBudget {
  private final int lines;
  private final long periodNanos;
  private boolean begun;
  private long periodEnds;
  private int left;
  private long leftOut;

  LineBudget(int lines, Duration period) {
    this.lines = lines;
    this.periodNanos = period.toNanos();
  }

  /** Whether a line may be written now. */
  boolean take(long now) {
    if (!begun || now - periodEnds >= 0) {
      begun = true;
      periodEnds = now + periodNanos;
      left = lines;
    }
    if (left == 0) {
      leftOut++;
      return false;
    }
    left--;
    return true;
  }

  /** How many lines the last period left out, told once when it has ended; 0 before. */
  long leftOut(long now) {
    if (leftOut == 0 || now - periodEnds < 0) {
      return 0;
    }
    long told = leftOut;
    leftOut = 0;
    return told;
  }
}
