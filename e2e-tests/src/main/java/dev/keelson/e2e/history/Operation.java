package dev.keelson.e2e.history;

/**
 * One call of one client on one register.
 *
 * @param client who called; a client calls one after the other
 * @param value what was written or read; values are never written twice, and 0 is "not there"
 * @param version the log index that the answer carried; 0 when there was none
 * @param invokedAt nanoseconds by the clock of the process that all clients share
 * @param answeredAt the same; for an unknown outcome when the client gave up
 * @param age of a BOUNDED read: nanoseconds that its answer may have been old when it was read
 */
public record Operation(
    int client,
    Kind kind,
    Level level,
    String register,
    long value,
    long version,
    Outcome outcome,
    long invokedAt,
    long answeredAt,
    long age) {

  /** What is asked. */
  public enum Kind {
    WRITE,
    READ
  }

  /** What was promised about a read; writes are always linearizable. */
  public enum Level {
    LINEARIZABLE,
    BOUNDED,
    STALE
  }

  /** How the call ended. Reads that failed say nothing and are not part of a history. */
  public enum Outcome {
    /** Answered. */
    DONE,
    /** The database said that it certainly was not applied. */
    REFUSED,
    /** It may have been applied, and may still be. */
    UNKNOWN
  }

  /** One whose age is not spoken of. */
  public Operation(
      int client,
      Kind kind,
      Level level,
      String register,
      long value,
      long version,
      Outcome outcome,
      long invokedAt,
      long answeredAt) {
    this(client, kind, level, register, value, version, outcome, invokedAt, answeredAt, 0);
  }

  public Operation {
    if (answeredAt < invokedAt) {
      throw new IllegalArgumentException("answered before it was asked: " + client);
    }
    if (kind == Kind.WRITE && value <= 0) {
      throw new IllegalArgumentException("a written value must be above 0: " + value);
    }
  }

  public boolean isWrite() {
    return kind == Kind.WRITE;
  }

  /** One line of JSON, for checkers in other languages and for whoever looks for the cause. */
  public String toJson() {
    return String.format(
        "{\"client\":%d,\"kind\":\"%s\",\"level\":\"%s\",\"register\":\"%s\",\"value\":%d,"
            + "\"version\":%d,\"outcome\":\"%s\",\"invoked_at\":%d,\"answered_at\":%d,"
            + "\"age\":%d}",
        client, kind, level, register, value, version, outcome, invokedAt, answeredAt, age);
  }
}
