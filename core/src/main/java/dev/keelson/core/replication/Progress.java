package dev.keelson.core.replication;

import dev.keelson.core.shard.NodeId;
import java.util.ArrayDeque;
import java.util.List;

/**
 * What a leader knows of one follower.
 *
 * <pre>
 *   PROBING ──accepted──► STREAMING ──refused, lost, silent──► PROBING
 *   one append at a time   many in flight
 *   either ──entries no longer in memory──► READING ──read──► STREAMING
 *                                              └──no longer in the journal──► NEEDING ──silent──► PROBING
 * </pre>
 */
final class Progress {
  private enum Mode {
    PROBING,
    STREAMING,
    READING,
    /** A snapshot was offered. */
    NEEDING
  }

  private final NodeId node;
  private final ArrayDeque<Sent> inFlight = new ArrayDeque<>();
  private Mode mode = Mode.PROBING;
  private long matchIndex;
  private long nextIndex;
  private long inFlightBytes;
  private long lastHeardAt;

  /** Since when an answer to what was sent, or read, is missing. */
  private long waitingSince;

  private long commitSent;
  private long promiseAskedAt = Long.MIN_VALUE;
  private long confirmedRound;

  /** Whatever has become of the follower since: another read waits for the answer to this one. */
  private boolean readOutstanding;

  /** One append on its way. */
  private record Sent(long firstIndex, long lastIndex, long bytes) {}

  Progress(NodeId node, long nextIndex, long now) {
    this.node = node;
    this.nextIndex = nextIndex;
    lastHeardAt = now;
  }

  NodeId node() {
    return node;
  }

  long matchIndex() {
    return matchIndex;
  }

  long nextIndex() {
    return nextIndex;
  }

  long commitSent() {
    return commitSent;
  }

  /** When it last answered anything, be it a heartbeat. */
  long lastHeardAt() {
    return lastHeardAt;
  }

  long promiseAskedAt() {
    return promiseAskedAt;
  }

  long confirmedRound() {
    return confirmedRound;
  }

  boolean maySend(int inFlightLimit) {
    return switch (mode) {
      case PROBING -> inFlight.isEmpty();
      case STREAMING -> inFlightBytes < inFlightLimit;
      case READING, NEEDING -> false;
    };
  }

  boolean isQuiet() {
    return switch (mode) {
      case PROBING, STREAMING -> inFlight.isEmpty();
      case READING, NEEDING -> false;
    };
  }

  void sent(List<LogEntry> entries, long commit, long now) {
    long bytes = entries.stream().mapToLong(LogEntry::cost).sum();
    if (inFlight.isEmpty()) {
      waitingSince = now;
    }
    long first = nextIndex;
    nextIndex += entries.size();
    inFlight.add(new Sent(first, nextIndex - 1, bytes));
    inFlightBytes += bytes;
    // A follower commits no further than the append reaches.
    commitSent = Math.min(commit, nextIndex - 1);
  }

  /** Whether the journal may be asked: one question at a time, however slow it is. */
  boolean mayRead() {
    return !readOutstanding;
  }

  void reading(long now) {
    mode = Mode.READING;
    readOutstanding = true;
    waitingSince = now;
  }

  /** The journal has answered. */
  void readDone() {
    readOutstanding = false;
    if (mode == Mode.READING) {
      mode = Mode.STREAMING;
    }
  }

  /** The journal has nothing to give now; it is asked again when the follower is stuck. */
  void readFailed() {
    readOutstanding = false;
  }

  /** The journal has answered that it no longer has the entries. */
  void needsSnapshot(long now) {
    readOutstanding = false;
    mode = Mode.NEEDING;
    waitingSince = now;
  }

  /** An ack of this term (R8). */
  void accepted(long index, long commitKnown, long now) {
    lastHeardAt = now;
    waitingSince = now;
    matchIndex = Math.max(matchIndex, index);
    while (!inFlight.isEmpty() && inFlight.peek().lastIndex() <= index) {
      inFlightBytes -= inFlight.remove().bytes();
    }
    if (mode == Mode.PROBING) {
      mode = Mode.STREAMING;
    }
    if (inFlight.isEmpty()) {
      // It may answer an earlier append than the one that told the commit, which may be lost.
      commitSent = commitKnown;
    }
    nextIndex = Math.max(nextIndex, matchIndex + 1);
  }

  /**
   * The follower's log ends before what was sent, or differs there.
   *
   * @param committed the follower knows that it is committed, so the logs are equal up to there
   */
  void refused(long committed, long headIndex, long now) {
    lastHeardAt = now;
    long previous = inFlight.isEmpty() ? nextIndex - 1 : inFlight.peek().firstIndex() - 1;
    startOver(Math.max(matchIndex, headIndex < previous ? headIndex : committed) + 1);
  }

  /**
   * A stream to the follower is there again; what it had acknowledged must be shown again (R13).
   */
  void found(long tryFrom) {
    matchIndex = 0;
    startOver(tryFrom);
  }

  /** What was in flight may be lost. */
  void startOver() {
    startOver(matchIndex + 1);
  }

  private void startOver(long from) {
    // What told the commit index may be lost too, and nothing else would tell it again.
    commitSent = 0;
    nextIndex = Math.max(1, from);
    inFlight.clear();
    inFlightBytes = 0;
    mode = Mode.PROBING;
  }

  boolean isStuck(long now, long resendAfter) {
    return !isQuiet() && now - waitingSince > resendAfter;
  }

  void promised(long askedAt, long now) {
    promiseAskedAt = Math.max(promiseAskedAt, askedAt);
    lastHeardAt = now;
  }

  void confirmed(long round, long now) {
    confirmedRound = Math.max(confirmedRound, round);
    lastHeardAt = now;
  }
}
