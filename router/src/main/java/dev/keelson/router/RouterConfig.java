package dev.keelson.router;

import dev.keelson.coordination.CatalogStore.KeyspaceDefaults;
import dev.keelson.core.limit.Limits;
import dev.keelson.runtime.config.Address;
import dev.keelson.runtime.config.Config;
import dev.keelson.runtime.net.NetConfig;
import java.time.Duration;

/**
 * Configuration of a router.
 *
 * @param listen where clients connect; port 0 takes a free one
 * @param zone where it runs: stale reads go to replicas there if there are any
 * @param defaultDeadline of requests that name none
 * @param greatestDeadline of reads and writes; a request that names a longer one gets this one
 * @param greatestStreamDeadline the same for scans and loads, also if they name none
 * @param scans that run at a time
 * @param shardsPerScan that one ScanTable reads at once
 * @param loads that run at a time
 * @param administrativeCalls that run at a time
 * @param keyspaceDefaults of keyspaces whose creators leave it open
 */
public record RouterConfig(
    Address listen,
    String zone,
    Duration defaultDeadline,
    Duration greatestDeadline,
    Duration greatestStreamDeadline,
    int scans,
    int shardsPerScan,
    int loads,
    int administrativeCalls,
    KeyspaceDefaults keyspaceDefaults,
    NetConfig net) {

  public static final RouterConfig DEFAULTS =
      new RouterConfig(
          new Address("0.0.0.0", 7400),
          "",
          Limits.DEFAULTS.defaultDeadline(),
          Duration.ofSeconds(60),
          Limits.DEFAULTS.greatestDeadline(),
          256,
          4,
          64,
          64,
          new KeyspaceDefaults(12, 3),
          NetConfig.DEFAULTS);

  private static final Duration SHORTEST = Duration.ofMillis(10);
  private static final Duration LONGEST = Duration.ofHours(24);

  /** Keys {@code listen}, {@code zone}, {@code router.*}, {@code keyspace.*} and {@code net.*}. */
  public static RouterConfig read(Config config) {
    RouterConfig read =
        new RouterConfig(
            config.address("listen", DEFAULTS.listen),
            config.text("zone", DEFAULTS.zone),
            duration(config, "router.default-deadline", DEFAULTS.defaultDeadline),
            duration(config, "router.greatest-deadline", DEFAULTS.greatestDeadline),
            duration(config, "router.greatest-stream-deadline", DEFAULTS.greatestStreamDeadline),
            config.integer("router.scans", DEFAULTS.scans, 1, 100_000),
            config.integer("router.shards-per-scan", DEFAULTS.shardsPerScan, 1, 64),
            config.integer("router.loads", DEFAULTS.loads, 1, 10_000),
            config.integer("router.administrative-calls", DEFAULTS.administrativeCalls, 1, 10_000),
            new KeyspaceDefaults(
                config.integer(
                    "keyspace.default-shards",
                    DEFAULTS.keyspaceDefaults.shards(),
                    1,
                    Limits.DEFAULTS.shardsPerKeyspace()),
                config.integer(
                    "keyspace.default-replication-factor",
                    DEFAULTS.keyspaceDefaults.replicationFactor(),
                    1,
                    7)),
            NetConfig.read(config));
    config.check(
        read.defaultDeadline.compareTo(read.greatestDeadline) <= 0
            && read.greatestDeadline.compareTo(read.greatestStreamDeadline) <= 0,
        "router.default-deadline, -greatest-deadline and -greatest-stream-deadline must grow");
    return read;
  }

  private static Duration duration(Config config, String key, Duration fallback) {
    return config.duration(key, fallback, SHORTEST, LONGEST);
  }

  /** The same router at another address. */
  public RouterConfig withListen(Address address) {
    return new RouterConfig(
        address,
        zone,
        defaultDeadline,
        greatestDeadline,
        greatestStreamDeadline,
        scans,
        shardsPerScan,
        loads,
        administrativeCalls,
        keyspaceDefaults,
        net);
  }

  /** The same router in another zone. */
  public RouterConfig withZone(String name) {
    return new RouterConfig(
        listen,
        name,
        defaultDeadline,
        greatestDeadline,
        greatestStreamDeadline,
        scans,
        shardsPerScan,
        loads,
        administrativeCalls,
        keyspaceDefaults,
        net);
  }

  /** The same router with other defaults for keyspaces. */
  public RouterConfig withKeyspaceDefaults(KeyspaceDefaults defaults) {
    return new RouterConfig(
        listen,
        zone,
        defaultDeadline,
        greatestDeadline,
        greatestStreamDeadline,
        scans,
        shardsPerScan,
        loads,
        administrativeCalls,
        defaults,
        net);
  }
}
