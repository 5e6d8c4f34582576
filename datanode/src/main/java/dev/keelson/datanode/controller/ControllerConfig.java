package dev.keelson.datanode.controller;

import dev.keelson.core.placement.MoveLimits;
import dev.keelson.runtime.config.Config;
import java.time.Duration;

/**
 * What a controller makes of a new cluster, and how patient it is.
 *
 * @param shards of a keyspace that names no number
 * @param replicationFactor of a keyspace that names none; odd
 * @param expectedNodes the first shards wait for this many registered nodes; at least the
 *     replication factor
 * @param patience how long a node may be gone before its leaders are spread over the others
 * @param replaceAfter how long a node may be gone before its replicas are made anew elsewhere
 * @param moves how much may be on the way at a time
 * @param period how often all is looked through although nothing has changed
 */
public record ControllerConfig(
    int shards,
    int replicationFactor,
    int expectedNodes,
    Duration patience,
    Duration replaceAfter,
    MoveLimits moves,
    Duration period) {
  public static final ControllerConfig DEFAULTS =
      new ControllerConfig(
          12,
          3,
          3,
          Duration.ofSeconds(30),
          Duration.ofMinutes(10),
          MoveLimits.DEFAULTS,
          Duration.ofSeconds(5));

  /** Keys {@code shards}, {@code replication-factor}, {@code controller.*}. */
  public static ControllerConfig read(Config config) {
    int factor = config.integer("replication-factor", DEFAULTS.replicationFactor, 1, 7);
    config.check(factor % 2 == 1, "replication-factor must be odd: " + factor);
    return new ControllerConfig(
        config.integer("shards", DEFAULTS.shards, 1, 1_024),
        factor,
        Math.max(factor, config.integer("controller.expected-nodes", factor, 1, 1_000)),
        config.duration(
            "controller.patience", DEFAULTS.patience, Duration.ofSeconds(1), Duration.ofHours(1)),
        config.duration(
            "controller.replace-after",
            DEFAULTS.replaceAfter,
            Duration.ofSeconds(1),
            Duration.ofDays(7)),
        new MoveLimits(
            config.integer("controller.moves", DEFAULTS.moves.perCluster(), 1, 1_000),
            config.integer("controller.moves-per-node", DEFAULTS.moves.perNode(), 1, 100)),
        config.duration(
            "controller.period", DEFAULTS.period, Duration.ofMillis(50), Duration.ofMinutes(5)));
  }
}
