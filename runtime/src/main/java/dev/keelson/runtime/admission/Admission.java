package dev.keelson.runtime.admission;

import dev.keelson.core.error.DatabaseException;
import dev.keelson.core.error.ErrorCode;
import dev.keelson.core.limit.Limits;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Counts the requests of a process that are not answered yet, and their bytes, and refuses what
 * goes beyond the limits before any work is done for it. Thread-safe, without locks.
 */
public final class Admission {
  private final Limits limits;
  private final AtomicInteger requests = new AtomicInteger();
  private final AtomicLong bytes = new AtomicLong();
  private final AtomicLong refused = new AtomicLong();

  public Admission(Limits limits) {
    this.limits = limits;
  }

  public int requestsInFlight() {
    return requests.get();
  }

  public long bytesInFlight() {
    return bytes.get();
  }

  public long requestsRefused() {
    return refused.get();
  }

  /** The gate of a new connection. */
  public Gate connect() {
    return new Gate();
  }

  private boolean enterProcess(long size) {
    if (requests.incrementAndGet() > limits.inFlightPerProcess()) {
      requests.decrementAndGet();
      return false;
    }
    if (bytes.addAndGet(size) > limits.inFlightBytesPerProcess()) {
      requests.decrementAndGet();
      bytes.addAndGet(-size);
      return false;
    }
    return true;
  }

  /** One connection's share. Whoever entered must leave, once, with the same size. */
  public final class Gate {
    private final AtomicInteger ownRequests = new AtomicInteger();
    private final AtomicLong ownBytes = new AtomicLong();

    private Gate() {}

    /** Lets a request in, or says why not: TOO_MANY_IN_FLIGHT or OVERLOADED. */
    public Optional<DatabaseException> enter(long size) {
      if (ownRequests.incrementAndGet() > limits.inFlightPerConnection()) {
        ownRequests.decrementAndGet();
        return refuse(
            ErrorCode.TOO_MANY_IN_FLIGHT,
            "This connection has " + limits.inFlightPerConnection() + " requests in flight");
      }
      if (ownBytes.addAndGet(size) > limits.inFlightBytesPerConnection()) {
        leaveConnection(size);
        return refuse(
            ErrorCode.TOO_MANY_IN_FLIGHT,
            "This connection would have more than "
                + limits.inFlightBytesPerConnection()
                + " bytes of requests in flight");
      }
      if (!enterProcess(size)) {
        leaveConnection(size);
        return refuse(ErrorCode.OVERLOADED, "This process has as much to do as it may");
      }
      return Optional.empty();
    }

    public void leave(long size) {
      leaveConnection(size);
      requests.decrementAndGet();
      bytes.addAndGet(-size);
    }

    private void leaveConnection(long size) {
      ownRequests.decrementAndGet();
      ownBytes.addAndGet(-size);
    }

    private Optional<DatabaseException> refuse(ErrorCode code, String why) {
      refused.incrementAndGet();
      return Optional.of(code.because(why));
    }
  }
}
