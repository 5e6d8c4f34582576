package dev.keelson.router;

import dev.keelson.coordination.CatalogStore.KeyspaceDefaults;
import dev.keelson.core.limit.Limits;
import dev.keelson.runtime.config.Address;
import dev.keelson.runtime.config.Config;
import dev.keelson.runtime.config.LimitsConfig;
import dev.keelson.runtime.net.NetConfig;
import java.time.Duration;

/**
 * Configuration of a router.
 *
 * @param listen where clients connect; port 0 takes a free one
 * @param zone where it runs: stale reads go to replicas there if there are any; empty when not told
 * @param host the machine it runs on; without a zone, that of data nodes on this machine is taken
 * @param quorumReads whether leases are not trusted, because clocks may stop with a suspended
 *     machine: a majority confirms each read that is not STALE
 * @param greatestDeadline of reads and writes; a request that names a longer one gets this one.
 *     Scans and loads have that of the limits
 * @param scans that run at a time
 * @param shardsPerScan that one ScanTable reads at once
 * @param loads that run at a time
 * @param administrativeCalls that run at a time
 * @param keyspaceDefaults of keyspaces whose creators leave it open
 */
public record RouterConfig(
    Address listen,
    String zone,
    String host,
    boolean quorumReads,
    Duration greatestDeadline,
    int scans,
    int shardsPerScan,
    int loads,
    int administrativeCalls,
    KeyspaceDefaults keyspaceDefaults,
    NetConfig net,
    Limits limits) {

  public static final RouterConfig DEFAULTS =
      new RouterConfig(
          new Address("0.0.0.0", 7400),
          "",
          "",
          false,
          Duration.ofSeconds(60),
          256,
          4,
          64,
          64,
          new KeyspaceDefaults(12, 3),
          NetConfig.DEFAULTS,
          Limits.DEFAULTS);

  private static final Duration SHORTEST = Duration.ofMillis(10);
  private static final Duration LONGEST = Duration.ofHours(24);

  /**
   * Keys {@code listen}, {@code zone}, {@code host}, {@code router.*}, {@code keyspace.*} and
   * shared ones.
   */
  public static RouterConfig read(Config config) {
    RouterConfig read =
        new RouterConfig(
            config.address("listen", DEFAULTS.listen),
            config.text("zone", DEFAULTS.zone),
            config.text("host", DEFAULTS.host),
            config.flag("router.quorum-reads", DEFAULTS.quorumReads),
            config.duration(
                "router.greatest-deadline", DEFAULTS.greatestDeadline, SHORTEST, LONGEST),
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
            NetConfig.read(config),
            LimitsConfig.read(config));
    config.check(
        read.limits.defaultDeadline().compareTo(read.greatestDeadline) <= 0
            && read.greatestDeadline.compareTo(read.limits.greatestDeadline()) <= 0,
        "limits.default-deadline, router.greatest-deadline and limits.greatest-deadline must grow");
    return read;
  }

  /** The same router at another address. */
  public RouterConfig withListen(Address address) {
    return new RouterConfig(
        address,
        zone,
        host,
        quorumReads,
        greatestDeadline,
        scans,
        shardsPerScan,
        loads,
        administrativeCalls,
        keyspaceDefaults,
        net,
        limits);
  }

  /** The same router in a cluster that doesn't trust clocks. */
  public RouterConfig withQuorumReads() {
    return new RouterConfig(
        listen,
        zone,
        host,
        true,
        greatestDeadline,
        scans,
        shardsPerScan,
        loads,
        administrativeCalls,
        keyspaceDefaults,
        net,
        limits);
  }

  /** The same router in another zone. */
  public RouterConfig withZone(String name) {
    return new RouterConfig(
        listen,
        name,
        host,
        quorumReads,
        greatestDeadline,
        scans,
        shardsPerScan,
        loads,
        administrativeCalls,
        keyspaceDefaults,
        net,
        limits);
  }

  /** The same router on a machine that it knows by name. */
  public RouterConfig withHost(String name) {
    return new RouterConfig(
        listen,
        zone,
        name,
        quorumReads,
        greatestDeadline,
        scans,
        shardsPerScan,
        loads,
        administrativeCalls,
        keyspaceDefaults,
        net,
        limits);
  }

  /** The same router with other defaults for keyspaces. */
  public RouterConfig withKeyspaceDefaults(KeyspaceDefaults defaults) {
    return new RouterConfig(
        listen,
        zone,
        host,
        quorumReads,
        greatestDeadline,
        scans,
        shardsPerScan,
        loads,
        administrativeCalls,
        defaults,
        net,
        limits);
  }
}
