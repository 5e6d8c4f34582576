package dev.keelson.operator.kubernetes;

import java.util.concurrent.atomic.AtomicReference;

/**
 * Whether this process may write: from when it took the lease until it lost it, never again after.
 * Thread-safe.
 */
public final class Leadership {
  private enum State {
    WAITING,
    LEADING,
    ENDED
  }

  private final AtomicReference<State> state = new AtomicReference<>(State.WAITING);

  public void begin() {
    state.compareAndSet(State.WAITING, State.LEADING);
  }

  /** Returns whether it was leading until now. */
  public boolean end() {
    return state.getAndSet(State.ENDED) == State.LEADING;
  }

  /** Asked before each write, for a reconciliation may outlive the lease under which it began. */
  public void check() {
    if (state.get() != State.LEADING) {
      throw new NotLeadingException();
    }
  }

  /** Another operator acts now. */
  static final class NotLeadingException extends RuntimeException {
    private static final long serialVersionUID = 1;

    NotLeadingException() {
      super("this process holds the lease no longer and writes nothing");
    }
  }
}
