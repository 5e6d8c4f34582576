package dev.keelson.datanode.disk;

/** The quickest force between two looks. Used by any thread. */
public final class ForceTimes {
  private static final long NONE = Long.MAX_VALUE;

  private long quickest = NONE;
  private int running;
  private long runningSince;

  synchronized void began(long now) {
    if (running++ == 0) {
      runningSince = now;
    }
  }

  synchronized void ended(long nanos) {
    running--;
    quickest = Math.min(quickest, nanos);
  }

  /**
   * The quickest one that ended since the last look; how long one runs already when none ended; 0
   * when there was nothing to do.
   */
  public synchronized long look(long now) {
    long told = quickest;
    quickest = NONE;
    if (told != NONE) {
      return told;
    }
    return running == 0 ? 0 : now - runningSince;
  }
}
