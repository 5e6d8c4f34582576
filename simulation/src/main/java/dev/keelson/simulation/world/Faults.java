package dev.keelson.simulation.world;

import java.util.random.RandomGenerator;

/**
 * Which faults a run has and how strong they are, drawn from its seed: runs with few faults find
 * other things than runs with many.
 *
 * @param loss share of messages that get lost
 * @param duplication share of messages that arrive twice
 * @param reordering whether messages overtake one another
 * @param delayNanos typical delay of a message
 * @param slowShare share of messages that take up to {@code slowNanos}
 * @param crashEveryNanos mean time between crashes; 0 for none
 * @param blackoutEveryNanos mean time between crashes of all nodes at once; 0 for none
 * @param powerLoss whether a crash loses what was not forced
 * @param pauseEveryNanos mean time between pauses of a process; 0 for none
 * @param cutEveryNanos mean time between network cuts; 0 for none
 * @param metadataAwayEveryNanos mean time between outages of the metadata store; 0 for none
 * @param lostSwapAnswers share of compare-and-swaps whose answer is lost
 * @param watchLagNanos greatest lag of a watch
 * @param drift greatest deviation of a clock's rate
 * @param diskNanos typical time of a force
 * @param handOvers whether the preferred leader changes now and then
 */
public record Faults(
    double loss,
    double duplication,
    boolean reordering,
    long delayNanos,
    double slowShare,
    long slowNanos,
    long crashEveryNanos,
    long blackoutEveryNanos,
    boolean powerLoss,
    long pauseEveryNanos,
    long cutEveryNanos,
    long metadataAwayEveryNanos,
    double lostSwapAnswers,
    long watchLagNanos,
    double drift,
    long diskNanos,
    boolean handOvers) {

  private static final long MILLISECOND = 1_000_000;
  private static final long SECOND = 1_000 * MILLISECOND;

  public static Faults draw(RandomGenerator random) {
    return new Faults(
        oneOf(random, 0, 0, 0.01, 0.1),
        oneOf(random, 0, 0.02, 0.1),
        random.nextBoolean(),
        50_000 + random.nextLong(MILLISECOND),
        oneOf(random, 0, 0.01, 0.05),
        50 * MILLISECOND + random.nextLong(3 * SECOND),
        longOf(random, 0, 2 * SECOND, 6 * SECOND),
        longOf(random, 0, 0, 3 * SECOND),
        random.nextBoolean(),
        longOf(random, 0, 0, 3 * SECOND, 8 * SECOND),
        longOf(random, 0, 2 * SECOND, 5 * SECOND),
        longOf(random, 0, 0, 6 * SECOND),
        oneOf(random, 0, 0.1, 0.4),
        longOf(random, MILLISECOND, 50 * MILLISECOND, 2 * SECOND),
        oneOf(random, 0, 0.02, 0.045),
        longOf(random, 100_000, MILLISECOND, 30 * MILLISECOND),
        random.nextInt(3) == 0);
  }

  private static double oneOf(RandomGenerator random, double... choices) {
    return choices[random.nextInt(choices.length)];
  }

  private static long longOf(RandomGenerator random, long... choices) {
    return choices[random.nextInt(choices.length)];
  }
}
