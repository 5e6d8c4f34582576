package dev.keelson.runtime.net;

import java.time.Duration;

/**
 * Limits of every connection, in bytes where not said otherwise.
 *
 * @param eventLoops threads that serve sockets and shards; 0 = as many as suit the machine
 * @param flowControlWindow what a peer may send ahead on a connection, and on each stream
 * @param maximumMessage the greatest message that is read; a greater one ends its stream
 * @param maximumMetadata the greatest headers
 * @param maximumStreams concurrent calls on one connection
 * @param maximumConnections connections that a server keeps open; further ones are closed at once
 * @param keepAliveTime a silent connection is asked for a sign of life after this
 * @param keepAliveTimeout and closed after this
 * @param minimumPing a client that asks for signs of life more often is cut off
 */
public record NetConfig(
    int eventLoops,
    int flowControlWindow,
    int maximumMessage,
    int maximumMetadata,
    int maximumStreams,
    int maximumConnections,
    Duration keepAliveTime,
    Duration keepAliveTimeout,
    Duration minimumPing) {

  public static final NetConfig DEFAULTS =
      new NetConfig(
          0,
          4 << 20,
          16 << 20,
          16 << 10,
          10_000,
          10_000,
          Duration.ofSeconds(10),
          Duration.ofSeconds(5),
          Duration.ofSeconds(5));
}
