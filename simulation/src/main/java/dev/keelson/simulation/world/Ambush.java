package dev.keelson.simulation.world;

import java.util.random.RandomGenerator;

/**
 * A fault that waits for a moment at which it may hurt: a random schedule seldom hits the
 * millisecond between an append and its force.
 *
 * @param share of the moments at which it happens
 * @param delayShare how long after the moment it happens at most, as a share of a force
 */
public record Ambush(Moment moment, Deed deed, double share, double delayShare) {
  /** A node does something to another one. */
  public enum Moment {
    APPEND_SENT,
    ACK_SENT,
    FENCE_ASKED,
    FENCE_ANSWERED,
    LEADER_TOLD,
    LEADER_NAMED,
    ELECTION_CLAIMED,
    PROMISED,
    BARRIER_COMMITTED
  }

  /** What happens then to the one who does, or to others. */
  public enum Deed {
    CRASH_IT,
    CRASH_IT_FOR_LONG,
    CRASH_THE_OTHER,
    ISOLATE_IT,
    ISOLATE_THE_OTHER,
    /** Alone with its lease, while the others forget what memory held. */
    ISOLATE_IT_AND_RESTART_THE_OTHERS,
    RESTART_ALL,
    PAUSE_IT,
    PAUSE_THE_OTHER,
    DEAFEN_IT,
    SLOW_ITS_DISK
  }

  static Ambush draw(RandomGenerator random) {
    return new Ambush(
        Moment.values()[random.nextInt(Moment.values().length)],
        Deed.values()[random.nextInt(Deed.values().length)],
        random.nextBoolean() ? 0.5 : 0.05,
        random.nextBoolean() ? 0 : 2);
  }
}
