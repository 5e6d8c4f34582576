package dev.keelson.simulation.world;

import java.util.random.RandomGenerator;

/**
 * What a run does to the set of replicas, drawn from its seed; half of the runs leave it alone.
 *
 * @param spareNodes nodes beyond those that the first placement needs
 * @param changeEveryNanos mean time between wishes for other voters; 0 for none
 * @param replaceDiskEveryNanos mean time between nodes that come back with an empty disk; 0 for
 *     none
 * @param deadEveryNanos mean time between nodes that never come back; 0 for none
 * @param ambush share of changes in which those that join, or those that leave, crash for long just
 *     when their votes begin to count
 */
public record MembershipFaults(
    int spareNodes,
    long changeEveryNanos,
    long replaceDiskEveryNanos,
    long deadEveryNanos,
    double ambush) {
  public static final MembershipFaults NONE = new MembershipFaults(0, 0, 0, 0, 0);

  /** Times are in proportion to the lease. */
  public static MembershipFaults draw(RandomGenerator random, Shape shape) {
    if (random.nextBoolean()) {
      return NONE;
    }
    long lease = shape.leaseNanos();
    return new MembershipFaults(
        1 + random.nextInt(2),
        longOf(random, lease / 2, lease, 2 * lease, 4 * lease),
        longOf(random, 0, 0, 3 * lease, 6 * lease),
        longOf(random, 0, 0, 4 * lease),
        random.nextInt(4) / 4.0);
  }

  /** Whether disks or nodes are lost for good. */
  public boolean loseDisks() {
    return replaceDiskEveryNanos > 0 || deadEveryNanos > 0;
  }

  private static long longOf(RandomGenerator random, long... choices) {
    return choices[random.nextInt(choices.length)];
  }
}
