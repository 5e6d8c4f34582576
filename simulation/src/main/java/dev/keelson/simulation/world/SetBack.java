package dev.keelson.simulation.world;

import java.util.SplittableRandom;

/** Whether, and as what, the metadata store of a run comes back from a backup (R14). */
public enum SetBack {
  NEVER,
  /** A copy of its disks, with the id that it had. */
  WITH_ITS_ID,
  /** What a restore makes of a backup: the same contents, another id. */
  WITH_ANOTHER_ID;

  private static final int ONE_OF = 16;

  /** Drawn apart from all else, so that the other runs are as they would be without it. */
  public static SetBack draw(long seed) {
    return switch (new SplittableRandom(~seed).nextInt(ONE_OF)) {
      case 0 -> WITH_ITS_ID;
      case 1 -> WITH_ANOTHER_ID;
      default -> NEVER;
    };
  }
}
