package dev.keelson.router.request;

import dev.keelson.core.error.DatabaseException;
import dev.keelson.runtime.net.ErrorStatus;

/** Sees to it that an outcome learns of whatever goes wrong on the way to it. */
final class Guarded {
  private Guarded() {}

  static void run(Outcome<?> outcome, Runnable step) {
    try {
      step.run();
    } catch (DatabaseException e) {
      outcome.failed(e);
    } catch (RuntimeException e) {
      outcome.failed(ErrorStatus.toDatabaseException(e));
    }
  }
}
