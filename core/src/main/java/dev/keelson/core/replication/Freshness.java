package dev.keelson.core.replication;

import java.util.ArrayDeque;
import java.util.OptionalLong;

/**
 * How old the rows of a follower may be, as certificates of its leaders show (R11): all that was
 * acknowledged when the follower asked is in the log up to the index of the answer, and in the rows
 * once that index is applied. Only this process's clock is looked at. One thread at a time.
 *
 * <pre>
 *   asked at t ──► certificate (t, index) ──applied up to index──► the rows are as fresh as t
 * </pre>
 */
public final class Freshness {
  /** Certificates that wait to be applied; later ones say no more about what is stuck here. */
  private static final int MOST_WAITING = 16;

  private final ReplicationSettings settings;
  private final ArrayDeque<Certified> waiting = new ArrayDeque<>();
  private boolean proven;
  private long provenAt;

  private record Certified(long askedAt, long index) {}

  public Freshness(ReplicationSettings settings) {
    this.settings = settings;
  }

  /**
   * A leader with its lease certified that all that had been acknowledged lies at {@code index} or
   * before it.
   *
   * @param askedAt when our question left
   * @param applied up to where the rows are
   */
  public void certified(long askedAt, long index, long applied) {
    if (waiting.size() < MOST_WAITING) {
      waiting.add(new Certified(askedAt, index));
    }
    applied(applied);
  }

  /** The rows are up to {@code index}. */
  public void applied(long index) {
    while (!waiting.isEmpty() && waiting.peek().index() <= index) {
      long asked = waiting.remove().askedAt();
      provenAt = proven && provenAt - asked > 0 ? provenAt : asked;
      proven = true;
    }
  }

  /** Whether a certificate is at hand whose index isn't applied. */
  public boolean isAwaitingRows() {
    return !waiting.isEmpty();
  }

  /** How old the rows are at most, by anybody's clock; empty when nobody has certified anything. */
  public OptionalLong ageNanos(long now) {
    return proven ? OptionalLong.of(settings.countingDrift(now - provenAt)) : OptionalLong.empty();
  }
}
