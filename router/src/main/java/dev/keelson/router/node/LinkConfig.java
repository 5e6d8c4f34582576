package dev.keelson.router.node;

import dev.keelson.core.limit.Limits;
import java.time.Duration;

/**
 * Limits of the stream to one node.
 *
 * @param maximumCalls requests that wait for an answer or to be sent
 * @param maximumBytes of those requests together
 * @param sentCalls of them, those that are sent and not answered; below what a node admits of one
 *     connection, or it refuses what is beyond
 * @param sentBytes of those together
 * @param frameBytes a frame is closed when it has this many; a greater request travels alone
 * @param readyBytes what the transport may hold unsent before frames wait in the queue
 * @param connectTimeout after this a stream that isn't up is tried anew
 * @param minimumBackoff pause before the first new try
 * @param maximumBackoff and the longest one
 * @param expiryTick how often deadlines are looked at; they are kept to within this
 */
public record LinkConfig(
    int maximumCalls,
    long maximumBytes,
    int sentCalls,
    long sentBytes,
    int frameBytes,
    int readyBytes,
    Duration connectTimeout,
    Duration minimumBackoff,
    Duration maximumBackoff,
    Duration expiryTick) {

  public static final LinkConfig DEFAULTS =
      new LinkConfig(
          50_000,
          128L << 20,
          Limits.DEFAULTS.inFlightPerConnection() * 3 / 4,
          Limits.DEFAULTS.inFlightBytesPerConnection() / 2,
          1 << 20,
          512 << 10,
          Duration.ofSeconds(3),
          Duration.ofMillis(20),
          Duration.ofSeconds(1),
          Duration.ofMillis(10));

  public LinkConfig {
    if (maximumCalls < 1 || maximumBytes < frameBytes || frameBytes < 1) {
      throw new IllegalArgumentException(
          "a link needs room for at least one frame: maximumCalls="
              + maximumCalls
              + " maximumBytes="
              + maximumBytes
              + " frameBytes="
              + frameBytes);
    }
  }
}
