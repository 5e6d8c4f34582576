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

  private static final long SECOND = 1_000_000_000L;

  public static MembershipFaults draw(RandomGenerator random) {
    if (random.nextBoolean()) {
      return NONE;
    }
    return new MembershipFaults(
        1 + random.nextInt(2),
        longOf(random, SECOND / 2, SECOND, 2 * SECOND, 4 * SECOND),
        longOf(random, 0, 0, 3 * SECOND, 6 * SECOND),
        longOf(random, 0, 0, 4 * SECOND),
        random.nextInt(4) / 4.0);
  }

  private static long longOf(RandomGenerator random, long... choices) {
    return choices[random.nextInt(choices.length)];
  }
}
