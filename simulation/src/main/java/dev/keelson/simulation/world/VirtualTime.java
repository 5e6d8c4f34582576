package dev.keelson.simulation.world;

import java.util.PriorityQueue;

/**
 * Time that passes only when everything due has been done: one thread, and the same order for the
 * same seed.
 */
public final class VirtualTime {
  private final PriorityQueue<Event> events = new PriorityQueue<>();
  private long now;
  private long sequence;

  private record Event(long at, long sequence, Runnable task) implements Comparable<Event> {
    @Override
    public int compareTo(Event other) {
      int byTime = Long.compare(at, other.at);
      return byTime != 0 ? byTime : Long.compare(sequence, other.sequence);
    }
  }

  /** Nanoseconds since the beginning. */
  public long now() {
    return now;
  }

  public void after(long nanos, Runnable task) {
    events.add(new Event(now + Math.max(0, nanos), sequence++, task));
  }

  /** Does what is due until {@code end}, then stands there. */
  public void runUntil(long end) {
    while (!events.isEmpty() && events.peek().at() <= end) {
      Event next = events.remove();
      now = next.at();
      next.task().run();
    }
    now = Math.max(now, end);
  }

  /** How many events have been made so far. */
  public long made() {
    return sequence;
  }
}
