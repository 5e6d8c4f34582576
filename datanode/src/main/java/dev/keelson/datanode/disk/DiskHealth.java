package dev.keelson.datanode.disk;

import java.time.Duration;

/**
 * Whether others had better lead because of this node's disk. Decides from one look a period; holds
 * on to what it said, so that leaders don't swing.
 *
 * <pre>
 *              full                           forces slow for a while
 *   FULL ◄──────────── WELL ──────────────────────────────────────────► SLOW
 *     └── room for a while ──►  ◄── quick for a longer while ─────────────┘
 * </pre>
 *
 * <p>Used by one thread.
 */
public final class DiskHealth {
  /** What is wrong with the disk. */
  public enum State {
    WELL(""),
    /** Entries are refused here, so a leader here could take no write. */
    FULL("the disk is full"),
    /** A leader here would hold up what the disks of its followers could have taken long ago. */
    SLOW("the disk is slow");

    private final String ailment;

    State(String ailment) {
      this.ailment = ailment;
    }

    /** A few words; empty when all is well. */
    public String ailment() {
      return ailment;
    }
  }

  /**
   * What is slow, and for how many looks.
   *
   * @param slowForce a look is slow when its quickest force took at least this long, or when one
   *     that has not ended takes this long already
   * @param untilSlow as many slow looks in a row make the disk slow
   * @param untilWell as many other looks in a row make it well again
   */
  public record Limits(Duration slowForce, int untilSlow, int untilWell) {
    public static final Limits DEFAULTS = new Limits(Duration.ofMillis(50), 5, 30);

    public Limits {
      if (slowForce.isZero() || slowForce.isNegative() || untilSlow < 1 || untilWell < 1) {
        throw new IllegalArgumentException("limits of a disk must be positive");
      }
    }
  }

  private final Limits limits;
  private State state = State.WELL;
  private int against;

  public DiskHealth(Limits limits) {
    this.limits = limits;
  }

  public State state() {
    return state;
  }

  /**
   * One look.
   *
   * @param full whether entries are refused for want of room
   * @param quickestForceNanos of those since the last look, of one that lasts still if none ended;
   *     0 when the disk had nothing to do
   */
  public State look(boolean full, long quickestForceNanos) {
    if (full) {
      // At once: there is no doubt about it, and each write is refused meanwhile.
      return become(State.FULL);
    }
    boolean slow = quickestForceNanos >= limits.slowForce().toNanos();
    return switch (state) {
      case WELL -> after(slow, limits.untilSlow(), State.SLOW);
      case SLOW -> after(!slow, limits.untilWell(), State.WELL);
      case FULL -> after(true, limits.untilWell(), State.WELL);
    };
  }

  private State after(boolean speaksForIt, int looks, State next) {
    against = speaksForIt ? against + 1 : 0;
    return against >= looks ? become(next) : state;
  }

  private State become(State next) {
    state = next;
    against = 0;
    return state;
  }
}
