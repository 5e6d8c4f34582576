package dev.keelson.simulation.world;

import java.util.ArrayList;
import java.util.List;
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
 * @param powerLoss whether a crash loses what was not forced, and tears what is being written
 * @param pauseEveryNanos mean time between pauses of a process; 0 for none
 * @param cutEveryNanos mean time between network cuts; 0 for none
 * @param metadataAwayEveryNanos mean time between outages of the metadata store; 0 for none
 * @param lostSwapAnswers share of compare-and-swaps whose answer is lost
 * @param watchLagNanos greatest lag of a watch
 * @param watchLoss share of changes at which a watch breaks
 * @param drift greatest deviation of a clock's rate
 * @param diskNanos typical time of a force
 * @param handOverEveryNanos mean time between changes of the preferred leader; 0 for none
 * @param ambushes faults that wait for their moment
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
    double watchLoss,
    double drift,
    long diskNanos,
    long handOverEveryNanos,
    List<Ambush> ambushes) {

  private static final long MILLISECOND = 1_000_000;

  /** Times are in proportion to the lease. */
  public static Faults draw(RandomGenerator random, Shape shape) {
    long lease = shape.leaseNanos();
    return new Faults(
        oneOf(random, 0, 0, 0.01, 0.1),
        oneOf(random, 0, 0.02, 0.1),
        random.nextBoolean(),
        50_000 + random.nextLong(MILLISECOND),
        oneOf(random, 0, 0.01, 0.05),
        lease / 20 + random.nextLong(3 * lease),
        longOf(random, 0, 2 * lease, 6 * lease),
        longOf(random, 0, 0, 3 * lease),
        random.nextBoolean(),
        longOf(random, 0, 0, 3 * lease, 8 * lease),
        longOf(random, 0, 2 * lease, 5 * lease),
        longOf(random, 0, 0, 6 * lease),
        oneOf(random, 0, 0.1, 0.4),
        longOf(random, MILLISECOND, lease / 20, 2 * lease),
        oneOf(random, 0, 0, 0.1),
        oneOf(random, 0, 0.5, 1) * shape.settings().drift(),
        longOf(random, 100_000, MILLISECOND, lease / 30),
        longOf(random, 0, 0, 4 * lease),
        ambushes(random));
  }

  private static List<Ambush> ambushes(RandomGenerator random) {
    List<Ambush> drawn = new ArrayList<>();
    for (int i = random.nextInt(4); i > 0; i--) {
      drawn.add(Ambush.draw(random));
    }
    return drawn;
  }

  private static double oneOf(RandomGenerator random, double... choices) {
    return choices[random.nextInt(choices.length)];
  }

  private static long longOf(RandomGenerator random, long... choices) {
    return choices[random.nextInt(choices.length)];
  }
}
