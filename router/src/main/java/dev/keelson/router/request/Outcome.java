package dev.keelson.router.request;

import dev.keelson.core.error.DatabaseException;

/** Takes the answer of a request, or why there is none: once, on any event loop. */
public interface Outcome<A> {
  void answered(A answer);

  void failed(DatabaseException why);

  /** Whether nobody waits for it any more. */
  default boolean abandoned() {
    return false;
  }
}
