package dev.keelson.client;

import org.jspecify.annotations.Nullable;

/** Something that needs a router and has a deadline. Lives on the event loop once submitted. */
abstract class Operation {
  /** Of {@link System#nanoTime}. */
  private final long deadline;

  private @Nullable KeelsonException lastFailure;
  private @Nullable Router lastTried;
  private long parkedAt;
  private boolean finished;

  Operation(long deadline) {
    this.deadline = deadline;
  }

  final long deadline() {
    return deadline;
  }

  final boolean finished() {
    return finished;
  }

  /** Marks the end; false when it has ended before. */
  final boolean finish() {
    boolean first = !finished;
    finished = true;
    return first;
  }

  /** Notes when it began to wait for a router. */
  final void parked(long now) {
    parkedAt = now;
  }

  final long parkedNanos(long now) {
    return now - parkedAt;
  }

  /** A router that balancing should not choose again at once. */
  final @Nullable Router lastTried() {
    return lastTried;
  }

  final void failedAt(@Nullable Router router, KeelsonException why) {
    lastTried = router;
    lastFailure = why;
  }

  /** What to add to a message about running out of time. */
  final String because() {
    return lastFailure == null ? "" : " The last attempt failed: " + lastFailure.getMessage();
  }

  /** Ends it with a failure, unless it has ended. */
  abstract void fail(KeelsonException why);

  /** Ends it because its time is over. */
  abstract void expire();
}
