package dev.keelson.datanode.peer;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;

import java.time.Duration;

/**
 * Limits of the streams between data nodes.
 *
 * @param firstBackoff wait before the first reconnect; doubles up to {@code lastBackoff}
 * @param helloTimeout a stream without a hello after this is closed
 * @param queueBytes appends waiting for one peer; more are dropped, and sent again by replication
 * @param controlBytes what votes, acks and heartbeats may use beyond that
 * @param frameBytes a frame is closed when it holds so much
 * @param messageBytes the greatest message; a greater one is a bug of its sender and dropped
 * @param framesAhead frames that a peer may send before the first of them was taken
 * @param strangers inbound streams that have not said hello yet
 * @param maximumPeers data nodes of one cluster
 */
public record PeerConfig(
    Duration firstBackoff,
    Duration lastBackoff,
    Duration helloTimeout,
    int queueBytes,
    int controlBytes,
    int frameBytes,
    int messageBytes,
    int framesAhead,
    int strangers,
    int maximumPeers) {
  public static final PeerConfig DEFAULTS =
      new PeerConfig(
          ofMillis(50),
          ofSeconds(1),
          ofSeconds(3),
          32 << 20,
          4 << 20,
          2 << 20,
          12 << 20,
          16,
          64,
          1_000);

  public PeerConfig {
    if (frameBytes > messageBytes || messageBytes > queueBytes) {
      throw new IllegalArgumentException(
          "peer limits must grow: frame "
              + frameBytes
              + ", message "
              + messageBytes
              + ", queue "
              + queueBytes);
    }
    if (firstBackoff.compareTo(lastBackoff) > 0) {
      throw new IllegalArgumentException(
          "first backoff " + firstBackoff + " is longer than the last, " + lastBackoff);
    }
  }
}
