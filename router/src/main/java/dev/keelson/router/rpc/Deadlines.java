package dev.keelson.router.rpc;

import io.grpc.Context;
import io.grpc.Deadline;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * When a request must be over, as System.nanoTime.
 *
 * @param fallback for a request that names none
 * @param greatest a request that names a longer one gets this one
 * @param greatestOfStreams the same for scans and loads, which take as long as there are rows; they
 *     have this one also when they name none, since each step of theirs has {@code fallback}
 */
public record Deadlines(Duration fallback, Duration greatest, Duration greatestOfStreams) {

  public Deadlines {
    if (fallback.compareTo(greatest) > 0 || greatest.compareTo(greatestOfStreams) > 0) {
      throw new IllegalArgumentException(
          "deadlines must grow: default %s, greatest %s, greatest of streams %s"
              .formatted(fallback, greatest, greatestOfStreams));
    }
  }

  /** Of the gRPC call that this thread is in. */
  long ofCall() {
    return after(remaining(), fallback, greatest);
  }

  /** Of the stream that this thread is in. */
  long ofStream() {
    return after(remaining(), greatestOfStreams, greatestOfStreams);
  }

  /** Of a call within a stream; 0 means that it names none. */
  long ofMillis(int millis) {
    long named = Integer.toUnsignedLong(millis);
    return after(
        named == 0 ? Long.MAX_VALUE : TimeUnit.MILLISECONDS.toNanos(named), fallback, greatest);
  }

  private static long remaining() {
    Deadline deadline = Context.current().getDeadline();
    return deadline == null ? Long.MAX_VALUE : deadline.timeRemaining(TimeUnit.NANOSECONDS);
  }

  private static long after(long nanos, Duration unnamed, Duration greatest) {
    long bounded =
        nanos == Long.MAX_VALUE ? unnamed.toNanos() : Math.min(nanos, greatest.toNanos());
    return System.nanoTime() + bounded;
  }
}
