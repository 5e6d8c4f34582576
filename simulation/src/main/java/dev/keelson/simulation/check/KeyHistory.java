package dev.keelson.simulation.check;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Linearizability of one key. Versions are the order in which writes took place, so it is enough
 * that no operation sees, or is placed, before one that had completed when it began.
 */
public final class KeyHistory {
  private final String key;

  /** The greatest version that any completed operation saw or made, by completion time. */
  private final TreeMap<Long, Long> completed = new TreeMap<>();

  private final Map<Long, Long> versionOfValue = new HashMap<>();
  private final Set<Long> refused = new HashSet<>();
  private long greatestAcknowledged;

  public KeyHistory(String key) {
    this.key = key;
  }

  public void wrote(long value, long version, long invokedAt, long now) {
    if (version <= completedBefore(invokedAt)) {
      throw new Violation(
          Invariant.LINEARIZABLE,
          key
              + ": write of "
              + value
              + " got version "
              + version
              + " although "
              + completedBefore(invokedAt)
              + " was complete when it began");
    }
    place(value, version);
    greatestAcknowledged = Math.max(greatestAcknowledged, version);
    complete(version, now);
  }

  /**
   * @param version 0 when there was no row
   */
  public void read(long value, long version, long invokedAt, long now, String how) {
    if (version < completedBefore(invokedAt)) {
      throw new Violation(
          Invariant.LINEARIZABLE,
          key
              + ": "
              + how
              + " read saw version "
              + version
              + " although "
              + completedBefore(invokedAt)
              + " was complete when it began");
    }
    if (version > 0) {
      place(value, version);
    }
    complete(version, now);
  }

  /** A read at a replica, which may be old. */
  public void readStale(long value, long version) {
    if (version > 0) {
      place(value, version);
    }
  }

  /**
   * A read at a replica that is said to show all that was acknowledged up to a time.
   *
   * @param version 0 when there was no row
   */
  public void readAsOf(long time, long value, long version) {
    if (version < completedBefore(time)) {
      throw new Violation(
          Invariant.AS_FRESH_AS_PROVEN,
          key
              + ": read saw version "
              + version
              + " although "
              + completedBefore(time)
              + " was complete at "
              + time);
    }
    readStale(value, version);
  }

  /** The write of {@code value} was refused for good: nobody may ever see it. */
  public void refused(long value) {
    refused.add(value);
    if (versionOfValue.containsKey(value)) {
      throw new Violation(
          Invariant.REFUSED_IS_NOT_DONE, key + ": value " + value + " was refused, and seen");
    }
  }

  /** A write takes effect once, at one version, however often it is sent. */
  private void place(long value, long version) {
    if (refused.contains(value)) {
      throw new Violation(
          Invariant.REFUSED_IS_NOT_DONE, key + ": value " + value + " is seen, and was refused");
    }
    Long known = versionOfValue.putIfAbsent(value, version);
    if (known != null && known != version) {
      throw new Violation(
          Invariant.LINEARIZABLE,
          key + ": value " + value + " has version " + version + " and had version " + known);
    }
  }

  private long completedBefore(long time) {
    Map.Entry<Long, Long> before = completed.lowerEntry(time);
    return before == null ? 0 : before.getValue();
  }

  private void complete(long version, long now) {
    Map.Entry<Long, Long> last = completed.lastEntry();
    long greatest = last == null ? version : Math.max(version, last.getValue());
    completed.put(now, greatest);
  }

  public long greatestAcknowledged() {
    return greatestAcknowledged;
  }
}
