package dev.keelson.client;

import java.time.Duration;
import java.util.List;

/** What a client was built with; see {@link KeelsonClient.Builder} for the meaning of each. */
record ClientConfig(
    List<RouterAddress> routers,
    Duration timeout,
    Duration connectTimeout,
    int maxInFlight,
    long maxInFlightBytes) {

  static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(10);

  /** Below what a router takes from one connection, so that it never has to refuse. */
  static final int DEFAULT_MAX_IN_FLIGHT = 2_048;

  static final long DEFAULT_MAX_IN_FLIGHT_BYTES = 16L << 20;

  /** Routers take messages of 16 MiB; a larger one would end the stream of all calls. */
  static final int MAX_REQUEST_BYTES = 10 << 20;

  ClientConfig {
    routers = List.copyOf(routers);
    check(!routers.isEmpty(), "a client needs the address of a router, such as 127.0.0.1:7400");
    check(!timeout.isNegative() && !timeout.isZero(), "the timeout must be positive: " + timeout);
    check(
        !connectTimeout.isNegative() && !connectTimeout.isZero(),
        "the connect timeout must be positive: " + connectTimeout);
    check(maxInFlight > 0, "at least one call must be allowed in flight: " + maxInFlight);
    check(
        maxInFlightBytes >= MAX_REQUEST_BYTES,
        "the bytes in flight must allow one request of "
            + MAX_REQUEST_BYTES
            + " bytes: "
            + maxInFlightBytes);
  }

  private static void check(boolean holds, String message) {
    if (!holds) {
      throw new IllegalArgumentException(message);
    }
  }
}
