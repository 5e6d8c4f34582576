package dev.keelson.client;

/**
 * How many calls, and bytes of requests, may be without an answer. Thread-safe.
 *
 * <p>One lock: it is held for a few additions, which costs less than what a call costs otherwise.
 */
final class InFlightLimit {
  private final int maxCalls;
  private final long maxBytes;
  private int calls;
  private long bytes;
  private int waiting;

  InFlightLimit(int maxCalls, long maxBytes) {
    this.maxCalls = maxCalls;
    this.maxBytes = maxBytes;
  }

  synchronized boolean tryEnter(int size) {
    if (calls >= maxCalls || bytes + size > maxBytes) {
      return false;
    }
    calls++;
    bytes += size;
    return true;
  }

  /** Waits for room until the deadline (of {@link System#nanoTime}); false when there was none. */
  synchronized boolean enter(int size, long deadline) throws InterruptedException {
    waiting++;
    try {
      while (!tryEnter(size)) {
        long millis = (deadline - System.nanoTime()) / 1_000_000;
        if (millis <= 0) {
          return false;
        }
        wait(millis);
      }
      return true;
    } finally {
      waiting--;
    }
  }

  synchronized void leave(int size) {
    calls--;
    bytes -= size;
    if (waiting > 0) {
      notifyAll();
    }
  }

  synchronized int calls() {
    return calls;
  }

  String describe() {
    return maxCalls + " calls, or " + maxBytes + " bytes of requests,";
  }
}
