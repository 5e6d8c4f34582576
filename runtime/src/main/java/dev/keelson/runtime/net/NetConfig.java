package dev.keelson.runtime.net;

import dev.keelson.runtime.config.Config;
import dev.keelson.runtime.config.DataSize;
import java.time.Duration;

/**
 * How a process talks, and the limits of every connection.
 *
 * @param eventLoops threads that serve sockets and shards; 0 = as many as suit the machine
 * @param flowControlWindow what a peer may send ahead on a connection, and on each stream
 * @param maximumMessage the greatest message that is read; a greater one ends its stream
 * @param maximumMetadata the greatest headers
 * @param maximumStreams concurrent calls on one connection
 * @param maximumConnections connections that a server keeps open; further ones are closed at once
 * @param handshakeTimeout a connection that hasn't said what HTTP/2 demands by then is closed
 * @param keepAliveTime a silent connection is asked for a sign of life after this
 * @param keepAliveTimeout and closed after this
 * @param minimumPing a client that asks for signs of life more often is cut off
 */
public record NetConfig(
    int eventLoops,
    DataSize flowControlWindow,
    DataSize maximumMessage,
    DataSize maximumMetadata,
    int maximumStreams,
    int maximumConnections,
    Duration handshakeTimeout,
    Duration keepAliveTime,
    Duration keepAliveTimeout,
    Duration minimumPing) {

  public static final NetConfig DEFAULTS =
      new NetConfig(
          0,
          DataSize.ofMebibytes(4),
          DataSize.ofMebibytes(16),
          DataSize.ofKibibytes(16),
          10_000,
          10_000,
          Duration.ofSeconds(10),
          Duration.ofSeconds(10),
          Duration.ofSeconds(5),
          Duration.ofSeconds(5));

  private static final Duration SECOND = Duration.ofSeconds(1);
  private static final Duration HOUR = Duration.ofHours(1);

  /** Keys {@code net.*}. */
  public static NetConfig read(Config config) {
    return new NetConfig(
        config.integer("net.event-loops", DEFAULTS.eventLoops, 0, 256),
        config.size(
            "net.flow-control-window",
            DEFAULTS.flowControlWindow,
            DataSize.ofKibibytes(64),
            DataSize.ofMebibytes(256)),
        config.size(
            "net.maximum-message",
            DEFAULTS.maximumMessage,
            DataSize.ofMebibytes(1),
            DataSize.ofMebibytes(1024)),
        config.size(
            "net.maximum-metadata",
            DEFAULTS.maximumMetadata,
            DataSize.ofKibibytes(1),
            DataSize.ofMebibytes(1)),
        config.integer("net.maximum-streams", DEFAULTS.maximumStreams, 1, 1_000_000),
        config.integer("net.maximum-connections", DEFAULTS.maximumConnections, 1, 1_000_000),
        config.duration("net.handshake-timeout", DEFAULTS.handshakeTimeout, SECOND, HOUR),
        config.duration("net.keep-alive-time", DEFAULTS.keepAliveTime, SECOND, HOUR),
        config.duration("net.keep-alive-timeout", DEFAULTS.keepAliveTimeout, SECOND, HOUR),
        config.duration("net.minimum-ping", DEFAULTS.minimumPing, Duration.ZERO, HOUR));
  }

  /** Event loops to start. */
  public int eventLoopCount() {
    return eventLoops > 0 ? eventLoops : EventLoops.recommendedCount();
  }
}
