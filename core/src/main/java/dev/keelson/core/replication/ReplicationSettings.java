package dev.keelson.core.replication;

import java.time.Duration;

/**
 * Times and limits of the replication protocol, the same on all nodes of a cluster.
 *
 * @param lease L of R10: how long a follower promises not to be fenced
 * @param drift how much two monotonic clocks may differ over a lease, as a fraction
 * @param heartbeat how often a leader asks for promises
 * @param suspicion how long a silent leader is trusted
 * @param stagger what each rank in the voter list waits longer than the one before, before it takes
 *     over
 * @param resend how long an unanswered message of an election or an append is waited for
 * @param appendBytes payload of one append at most (at least one entry is sent)
 * @param inFlightBytes what is sent to a follower before it has acknowledged
 * @param uncommittedBytes what a leader holds before it refuses writes
 * @param cachedBytes committed entries that are kept in memory for followers that are a little
 *     behind
 */
public record ReplicationSettings(
    Duration lease,
    double drift,
    Duration heartbeat,
    Duration suspicion,
    Duration stagger,
    Duration resend,
    int appendBytes,
    int inFlightBytes,
    long uncommittedBytes,
    long cachedBytes) {

  private static final long MEBIBYTE = 1L << 20;

  public static final ReplicationSettings DEFAULTS =
      new ReplicationSettings(
          Duration.ofSeconds(1),
          0.05,
          Duration.ofMillis(200),
          Duration.ofSeconds(1),
          Duration.ofMillis(60),
          Duration.ofMillis(100),
          (int) MEBIBYTE,
          (int) (8 * MEBIBYTE),
          32 * MEBIBYTE,
          MEBIBYTE / 4);

  public ReplicationSettings {
    require(drift >= 0 && drift < 0.5, "drift must be at least 0 and below 0.5");
    require(
        heartbeat.multipliedBy(3).compareTo(lease) < 0, "a lease must outlive three heartbeats");
    require(suspicion.compareTo(heartbeat.multipliedBy(3)) > 0, "suspicion needs three heartbeats");
    require(
        appendBytes > 0 && appendBytes <= inFlightBytes, "an append must fit what is in flight");
    require(inFlightBytes <= uncommittedBytes, "in-flight bytes must fit the uncommitted bytes");
  }

  /** How long a leader may use promises that it asked for at a time. */
  long usableLeaseNanos() {
    return (long) (lease.toNanos() * (1 - drift));
  }

  /**
   * What may have passed at most by any other clock while ours went on by {@code elapsed}
   * nanoseconds.
   */
  long countingDrift(long elapsed) {
    return (long) (elapsed * (1 + drift)) + 1;
  }

  /** After which an election without progress is ended by another (R2). */
  long patienceNanos() {
    return 2 * lease.toNanos();
  }

  private static void require(boolean holds, String relation) {
    if (!holds) {
      throw new IllegalArgumentException("replication settings: " + relation);
    }
  }
}
