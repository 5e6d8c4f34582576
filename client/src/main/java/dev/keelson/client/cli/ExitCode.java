package dev.keelson.client.cli;

import dev.keelson.client.KeelsonException;

/** What the process ends with, so that scripts can tell the kinds of failure apart. */
public final class ExitCode {
  public static final int OK = 0;

  /** The request was wrong: no such table, a wrong type, a file that is not there. */
  public static final int USER_ERROR = 1;

  /** The command line was wrong. */
  public static final int USAGE = 2;

  /** Not now: no router, a failover that took too long, a limit; try again. */
  public static final int UNAVAILABLE = 3;

  /** Somebody else's change got in the way: the row exists, a condition did not hold. */
  public static final int CONFLICT = 4;

  /** A fault of the database or of this program. */
  public static final int INTERNAL = 5;

  private ExitCode() {}

  static int of(KeelsonException failure) {
    return switch (failure.category()) {
      case USER -> USER_ERROR;
      case CONFLICT -> CONFLICT;
      case UNAVAILABLE, RESOURCE -> UNAVAILABLE;
      case INTERNAL -> INTERNAL;
    };
  }
}
