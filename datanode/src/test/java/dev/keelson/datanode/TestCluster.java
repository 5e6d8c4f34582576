package dev.keelson.datanode;

import dev.keelson.coordination.InMemoryMetadataStore;
import dev.keelson.coordination.MetadataStore;
import dev.keelson.core.limit.Limits;
import dev.keelson.core.shard.NodeId;
import dev.keelson.datanode.controller.ControllerConfig;
import dev.keelson.datanode.snapshot.SnapshotSettings;
import dev.keelson.runtime.config.Address;
import dev.keelson.runtime.health.Health;
import dev.keelson.runtime.lifecycle.Lifecycle;
import dev.keelson.runtime.metrics.Metrics;
import dev.keelson.runtime.net.NetConfig;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Data nodes in this process, over one metadata store in memory. */
final class TestCluster implements AutoCloseable {
  final InMemoryMetadataStore etcd = new InMemoryMetadataStore();
  final Map<String, Running> nodes = new TreeMap<>();
  private final Path directory;
  private final int shards;
  private final int replicationFactor;

  record Running(DataNode node, MetadataStore store, Lifecycle lifecycle, Health health) {}

  TestCluster(Path directory, int shards, int replicationFactor) {
    this.directory = directory;
    this.shards = shards;
    this.replicationFactor = replicationFactor;
  }

  TestCluster start(String... names) throws Exception {
    for (String name : names) {
      Lifecycle lifecycle = new Lifecycle(name, Duration.ofSeconds(20));
      MetadataStore store = etcd.connect();
      Health health = new Health();
      DataNode node =
          DataNode.start(
              config(name),
              store,
              health,
              new Metrics("test"),
              lifecycle,
              (why, cause) -> System.err.println(name + " failed: " + why + ": " + cause));
      nodes.put(name, new Running(node, store, lifecycle, health));
    }
    return this;
  }

  private DataNodeConfig config(String name) {
    return new DataNodeConfig(
        new NodeId(name),
        "zone-" + name,
        "host-" + name,
        "test",
        directory.resolve(name),
        new Address("127.0.0.1", 0),
        Optional.empty(),
        new Address("127.0.0.1", 0),
        "",
        Duration.ofSeconds(5),
        new ControllerConfig(
            shards,
            replicationFactor,
            replicationFactor,
            Duration.ofSeconds(30),
            ControllerConfig.DEFAULTS.replaceAfter(),
            ControllerConfig.DEFAULTS.moves(),
            Duration.ofSeconds(1)),
        SnapshotSettings.DEFAULTS,
        NetConfig.DEFAULTS,
        Limits.DEFAULTS);
  }

  Running running(String name) {
    Running running = nodes.get(name);
    if (running == null) {
      throw new AssertionError(name + " does not run");
    }
    return running;
  }

  /** As kill -9 would. */
  void kill(String name) throws Exception {
    Running running = running(name);
    nodes.remove(name);
    running.node().kill();
    running.store().close();
  }

  void stop(String name) {
    Running running = running(name);
    nodes.remove(name);
    running.lifecycle().close();
    running.store().close();
  }

  @Override
  public void close() {
    java.util.List.copyOf(nodes.keySet()).forEach(this::stopQuickly);
  }

  private void stopQuickly(String name) {
    try {
      kill(name);
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }
}
