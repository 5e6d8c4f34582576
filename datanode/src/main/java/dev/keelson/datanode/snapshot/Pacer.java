package dev.keelson.datanode.snapshot;

/** Holds something to a rate, by the clock of whoever asks. */
public final class Pacer {
  private static final double SECOND = 1e9;

  /** What may be spent ahead: loops tell time only now and then. */
  private static final long AHEAD_NANOS = 50_000_000;

  private final long bytesPerSecond;
  private long freeAt = Long.MIN_VALUE / 2;

  public Pacer(long bytesPerSecond) {
    this.bytesPerSecond = bytesPerSecond;
  }

  public boolean isFree(long now) {
    return freeAt <= now + AHEAD_NANOS;
  }

  public void spend(long bytes, long now) {
    freeAt = Math.max(freeAt, now) + (long) (SECOND * bytes / bytesPerSecond);
  }
}
