package dev.keelson.embedded;

import dev.keelson.coordination.MetadataStore;
import dev.keelson.core.limit.Limits;
import dev.keelson.core.shard.NodeId;
import dev.keelson.core.shard.ShardId;
import dev.keelson.datanode.DataNode;
import dev.keelson.datanode.DataNodeConfig;
import dev.keelson.datanode.controller.ControllerConfig;
import dev.keelson.datanode.snapshot.SnapshotSettings;
import dev.keelson.runtime.config.Address;
import dev.keelson.runtime.health.Health;
import dev.keelson.runtime.lifecycle.BuildInfo;
import dev.keelson.runtime.lifecycle.Lifecycle;
import dev.keelson.runtime.metrics.Metrics;
import dev.keelson.runtime.net.NetConfig;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A data node that runs in this JVM. */
final class EmbeddedNode {
  private static final Logger LOG = LoggerFactory.getLogger(EmbeddedNode.class);
  private static final Duration STOP_LIMIT = Duration.ofSeconds(20);

  /** One loop for each node: many nodes share the cores of one machine. */
  private static final int EVENT_LOOPS = 1;

  private final MetadataStore store;
  private final Lifecycle lifecycle;
  private final Health health;
  private final Metrics metrics;
  private final DataNode node;

  private EmbeddedNode(
      MetadataStore store, Lifecycle lifecycle, Health health, Metrics metrics, DataNode node) {
    this.metrics = metrics;
    this.store = store;
    this.lifecycle = lifecycle;
    this.health = health;
    this.node = node;
  }

  /**
   * @param store its connection to the metadata store, closed with it
   */
  static EmbeddedNode start(
      String name, String zone, Path directory, EmbeddedConfig config, MetadataStore store)
      throws IOException, InterruptedException {
    Lifecycle lifecycle = new Lifecycle(name, STOP_LIMIT);
    Health health = new Health();
    Metrics metrics = new Metrics(BuildInfo.version());
    boolean started = false;
    try {
      DataNode node =
          DataNode.start(
              config(name, zone, directory, config),
              store,
              health,
              metrics,
              lifecycle,
              (why, cause) -> LOG.error("node {} can't go on: {}", name, why, cause));
      started = true;
      return new EmbeddedNode(store, lifecycle, health, metrics, node);
    } finally {
      if (!started) {
        lifecycle.close();
        store.close();
      }
    }
  }

  private static DataNodeConfig config(
      String name, String zone, Path directory, EmbeddedConfig config) {
    Address free = new Address("127.0.0.1", 0);
    return new DataNodeConfig(
        new NodeId(name),
        zone,
        "",
        "dev",
        directory,
        free,
        Optional.empty(),
        free,
        "",
        // The whole cluster stops at once: there is nobody to hand over to.
        Duration.ZERO,
        new ControllerConfig(
            config.shards(),
            config.replicationFactor(),
            config.nodes(),
            ControllerConfig.DEFAULTS.patience(),
            ControllerConfig.DEFAULTS.replaceAfter(),
            ControllerConfig.DEFAULTS.moves(),
            ControllerConfig.DEFAULTS.period()),
        SnapshotSettings.DEFAULTS,
        oneLoop(),
        Limits.DEFAULTS);
  }

  static NetConfig oneLoop() {
    NetConfig all = NetConfig.DEFAULTS;
    return new NetConfig(
        EVENT_LOOPS,
        all.flowControlWindow(),
        all.maximumMessage(),
        all.maximumMetadata(),
        all.maximumStreams(),
        all.maximumConnections(),
        all.handshakeTimeout(),
        all.keepAliveTime(),
        all.keepAliveTimeout(),
        all.minimumPing());
  }

  Metrics metrics() {
    return metrics;
  }

  boolean isReady() {
    return health.isReady();
  }

  /** The shards that it leads and serves; none when it does not answer. */
  Set<ShardId> led() throws InterruptedException {
    try {
      return node.led();
    } catch (ExecutionException | TimeoutException e) {
      return Set.of();
    }
  }

  String report() {
    return health.report();
  }

  void kill() throws IOException {
    node.kill();
    store.close();
  }

  void close() {
    lifecycle.close();
    store.close();
  }
}
