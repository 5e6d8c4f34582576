package dev.keelson.simulation.world;

import dev.keelson.core.replication.ReplicationSettings;
import dev.keelson.datanode.snapshot.SnapshotSettings;
import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * What the cluster of a run is like, drawn from its seed. Times of the protocol are short and near
 * to one another, so that races which are rare in production happen in every few runs.
 *
 * @param nodes of the cluster
 * @param shards of the cluster
 * @param voters of each shard at most
 * @param settings of the replication
 * @param tick how often loops are told the time
 * @param turnNanos what a turn of a loop takes
 * @param segmentBytes of the journals
 * @param slowDiskFactor how much slower than the others the disk of one node is
 * @param badDisk what happens to the disk of one node
 * @param snapshots when they are taken
 */
public record Shape(
    int nodes,
    int shards,
    int voters,
    ReplicationSettings settings,
    Duration tick,
    long turnNanos,
    int segmentBytes,
    int slowDiskFactor,
    BadDisk badDisk,
    SnapshotSettings snapshots) {

  /** The one bad disk of a run: the others keep what they were told to keep. */
  public enum BadDisk {
    NONE,
    ROTS,
    IS_LOST,
    FAILS_A_FORCE,
    FILLS
  }

  private static final long MEBIBYTE = 1L << 20;

  public static Shape draw(RandomGenerator random) {
    int nodes = 3 + random.nextInt(random.nextInt(3) == 0 ? 5 : 2);
    int voters = random.nextInt(4) == 0 ? nodes : 3;
    BadDisk badDisk =
        random.nextInt(3) > 0
            ? BadDisk.NONE
            : BadDisk.values()[random.nextInt(BadDisk.values().length)];
    return new Shape(
        nodes,
        1 + random.nextInt(3),
        voters,
        settings(random),
        Duration.ofMillis(5 + random.nextInt(15)),
        random.nextInt(4) == 0 ? random.nextLong(500_000) + 1 : 2_000,
        64 << 10,
        random.nextInt(3) == 0 ? 1 + random.nextInt(30) : 1,
        badDisk,
        SnapshotSettings.NEVER);
  }

  /** The same with snapshots in two of three runs: tiny ones, and as often as can be. */
  public Shape withSnapshots(RandomGenerator random) {
    if (random.nextInt(3) == 0) {
      return this;
    }
    long logBytes = 200L << random.nextInt(6);
    return new Shape(
        nodes,
        shards,
        voters,
        settings,
        tick,
        turnNanos,
        segmentBytes,
        slowDiskFactor,
        badDisk,
        new SnapshotSettings(
            logBytes,
            random.nextBoolean() ? 2 : 100,
            random.nextBoolean() ? 0 : logBytes / 2,
            64 << random.nextInt(6),
            random.nextInt(4) == 0 ? 600 : MEBIBYTE,
            random.nextBoolean() ? 20_000 : MEBIBYTE,
            1_000L << 5 * random.nextInt(3),
            1 + random.nextInt(3)));
  }

  /** The same with other nodes beside those that keep the shards at first, and good disks. */
  public Shape withSpares(int spareNodes) {
    return new Shape(
        nodes + spareNodes,
        shards,
        voters,
        settings,
        tick,
        turnNanos,
        segmentBytes,
        slowDiskFactor,
        spareNodes > 0 ? BadDisk.NONE : badDisk,
        snapshots);
  }

  private static ReplicationSettings settings(RandomGenerator random) {
    long lease = 250L << random.nextInt(3);
    long heartbeat = lease / (4 + random.nextInt(5));
    long suspicion = Math.max(3 * heartbeat + 1, lease * (2 + random.nextInt(9)) / 8);
    return new ReplicationSettings(
        Duration.ofMillis(lease),
        random.nextBoolean() ? 0.05 : 0.3,
        Duration.ofMillis(heartbeat),
        Duration.ofMillis(suspicion),
        Duration.ofMillis(10 + random.nextInt(50)),
        Duration.ofMillis(20 + random.nextInt(80)),
        random.nextBoolean() ? 200 : (int) MEBIBYTE,
        (int) MEBIBYTE,
        MEBIBYTE,
        random.nextBoolean() ? 2_000 : MEBIBYTE);
  }

  public boolean takesSnapshots() {
    return !snapshots.equals(SnapshotSettings.NEVER);
  }

  /** How long a follower's promise lasts, in virtual time. */
  public long leaseNanos() {
    return settings.lease().toNanos();
  }
}
