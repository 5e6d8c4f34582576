package dev.keelson.datanode;

import dev.keelson.core.limit.Limits;
import dev.keelson.core.shard.NodeId;
import dev.keelson.datanode.controller.ControllerConfig;
import dev.keelson.datanode.snapshot.SnapshotSettings;
import dev.keelson.runtime.config.Address;
import dev.keelson.runtime.config.Config;
import dev.keelson.runtime.config.DataSize;
import dev.keelson.runtime.config.LimitsConfig;
import dev.keelson.runtime.net.NetConfig;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * How a data node is started.
 *
 * @param node its name, kept over restarts, unique in the cluster
 * @param zone what it shares a fate with
 * @param host the machine it runs on, by which a router there finds its zone; empty when not told
 * @param cluster the cluster's name; its keys in etcd lie under it
 * @param directory what nobody else uses
 * @param listen of the gRPC service
 * @param advertise where other nodes and routers reach it; empty means where it listens
 * @param healthListen of probes and metrics
 * @param adoptEtcd the token of an alarm about etcd that an operator has settled (R14)
 * @param handOverLimit how long a stop waits for others to take over what this node leads
 * @param snapshots when they are taken, and how fast they are written and fetched
 */
public record DataNodeConfig(
    NodeId node,
    String zone,
    String host,
    String cluster,
    Path directory,
    Address listen,
    Optional<Address> advertise,
    Address healthListen,
    String adoptEtcd,
    Duration handOverLimit,
    ControllerConfig controller,
    SnapshotSettings snapshots,
    NetConfig net,
    Limits limits) {
  private static final NodeId PLACEHOLDER = new NodeId("unnamed");

  /** Reads all keys but those of etcd, which belong to the way there. */
  public static DataNodeConfig read(Config config) {
    String advertise = config.text("advertise", "");
    return new DataNodeConfig(
        node(config),
        config.text("zone", "default"),
        config.text("host", ""),
        config.text("cluster", "keelson"),
        config.requiredPath("data-directory"),
        config.address("listen", new Address("0.0.0.0", 7410)),
        advertise.isEmpty()
            ? Optional.empty()
            : Optional.of(config.address("advertise", new Address("localhost", 7410))),
        config.address("health.listen", new Address("0.0.0.0", 7480)),
        config.text("etcd.adopt", ""),
        config.duration(
            "stop.hand-over", Duration.ofSeconds(5), Duration.ZERO, Duration.ofSeconds(15)),
        ControllerConfig.read(config),
        snapshots(config),
        NetConfig.read(config),
        forRouters(LimitsConfig.read(config)));
  }

  private static SnapshotSettings snapshots(Config config) {
    SnapshotSettings defaults = SnapshotSettings.DEFAULTS;
    return defaults.with(
        bytes(config, "snapshots.log-bytes", defaults.logBytes()),
        bytes(config, "snapshots.take-rate", defaults.takeBytesPerSecond()),
        bytes(config, "snapshots.fetch-rate", defaults.fetchBytesPerSecond()));
  }

  private static long bytes(Config config, String key, long fallback) {
    DataSize least = DataSize.ofKibibytes(64);
    return config.size(key, new DataSize(fallback), least, DataSize.ofMebibytes(1 << 20)).bytes();
  }

  private static NodeId node(Config config) {
    String name = config.requiredText("node.name");
    try {
      return new NodeId(name);
    } catch (IllegalArgumentException e) {
      config.check(name.isEmpty(), String.valueOf(e.getMessage()));
      return PLACEHOLDER;
    }
  }

  /**
   * One connection of a router carries the calls of all its clients, each of which was held against
   * the limits of its own connection already.
   */
  private static Limits forRouters(Limits limits) {
    return new Limits(
        limits.keyBytes(),
        limits.rowBytes(),
        limits.batchRows(),
        limits.batchBytes(),
        limits.columns(),
        limits.keyColumns(),
        limits.tables(),
        limits.keyspaces(),
        limits.shardsPerKeyspace(),
        limits.messageBytes(),
        limits.answerBytes(),
        limits.pageRows(),
        limits.pageBytes(),
        limits.inFlightPerProcess(),
        limits.inFlightBytesPerProcess(),
        limits.inFlightPerProcess(),
        limits.inFlightBytesPerProcess(),
        limits.defaultDeadline(),
        limits.greatestDeadline());
  }
}
