package dev.keelson.embedded;

import dev.keelson.coordination.CatalogStore.KeyspaceDefaults;
import dev.keelson.coordination.InMemoryMetadataStore;
import dev.keelson.core.shard.ShardId;
import dev.keelson.router.Router;
import dev.keelson.router.RouterConfig;
import dev.keelson.runtime.health.Health;
import dev.keelson.runtime.lifecycle.BuildInfo;
import dev.keelson.runtime.metrics.Metrics;
import dev.keelson.runtime.net.EventLoops;
import dev.keelson.runtime.net.LoopWatchdog;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.IntStream;

/**
 * A cluster in this JVM: data nodes and a router with the classes of the real processes, talking
 * over loopback, and a metadata store in memory that is kept in a file. For development, for demos
 * and for the tests of applications.
 *
 * <pre>{@code
 * try (EmbeddedCluster cluster = EmbeddedCluster.start(EmbeddedConfig.in(directory))) {
 *   cluster.awaitReady(Duration.ofSeconds(30));
 *   KeelsonClient client = KeelsonClient.connect(cluster.address());
 * }
 * }</pre>
 *
 * <p>Thread-safe; its methods block.
 */
public final class EmbeddedCluster implements AutoCloseable {
  private static final long LOOK_MILLIS = 20;

  private final EmbeddedConfig config;
  private final ClusterDirectory directory;
  private final InMemoryMetadataStore metadata;
  private final Map<String, EmbeddedNode> running = new TreeMap<>();
  private final EventLoops routerLoops;
  private final Health routerHealth = new Health();
  private final Metrics routerMetrics = new Metrics(BuildInfo.version());
  private final LoopWatchdog watchdog;
  private final DefaultKeyspace keyspace;
  private final Router router;

  private EmbeddedCluster(
      EmbeddedConfig config,
      ClusterDirectory directory,
      InMemoryMetadataStore metadata,
      EventLoops routerLoops)
      throws IOException {
    this.config = config;
    this.directory = directory;
    this.metadata = metadata;
    this.routerLoops = routerLoops;
    this.watchdog = LoopWatchdog.start(routerLoops, routerHealth, routerMetrics);
    this.keyspace = DefaultKeyspace.follow(metadata.connect());
    this.router =
        Router.start(
            RouterConfig.DEFAULTS
                .withListen(config.listen())
                .withZone(zone(0))
                .withKeyspaceDefaults(
                    new KeyspaceDefaults(config.shards(), config.replicationFactor())),
            metadata.connect(),
            routerLoops,
            routerHealth,
            routerMetrics);
  }

  /**
   * Starts a cluster, or the one that the directory holds. Shards have their leaders a moment
   * later: see {@link #awaitReady}.
   *
   * @throws IOException when the directory is in use, is damaged, or holds another number of nodes,
   *     or when somebody else listens there
   */
  public static EmbeddedCluster start(EmbeddedConfig config)
      throws IOException, InterruptedException {
    EmbeddedCluster cluster = open(config);
    boolean started = false;
    try {
      for (String name : cluster.nodes()) {
        cluster.startNode(name);
      }
      started = true;
      return cluster;
    } finally {
      if (!started) {
        cluster.close();
      }
    }
  }

  private static EmbeddedCluster open(EmbeddedConfig config) throws IOException {
    ClusterDirectory directory = ClusterDirectory.open(config);
    EventLoops loops = EventLoops.start("router", 1);
    boolean opened = false;
    try {
      EmbeddedCluster cluster =
          new EmbeddedCluster(
              config, directory, InMemoryMetadataStore.open(directory.metadata()), loops);
      opened = true;
      return cluster;
    } finally {
      if (!opened) {
        loops.close();
        directory.close();
      }
    }
  }

  /** {@code host:port} for clients. */
  public String address() {
    return config.listen().host() + ":" + router.port();
  }

  /** The names of all nodes, running or not. */
  public List<String> nodes() {
    return IntStream.rangeClosed(1, config.nodes()).mapToObj(i -> "n" + i).toList();
  }

  /** The names of the nodes that run. */
  public synchronized List<String> runningNodes() {
    return List.copyOf(running.keySet());
  }

  /** Starts a node that does not run, with what its directory holds. */
  public synchronized void startNode(String name) throws IOException, InterruptedException {
    checkKnown(name);
    if (running.containsKey(name)) {
      throw new IllegalStateException("node " + name + " runs already");
    }
    running.put(
        name,
        EmbeddedNode.start(
            name, zone(nodes().indexOf(name)), directory.node(name), config, metadata.connect()));
  }

  /**
   * Ends a node as {@code kill -9} would: its sockets close, nothing is handed over, and what was
   * not durable is lost.
   */
  public synchronized void stopNode(String name) throws IOException {
    checkKnown(name);
    EmbeddedNode node = running.remove(name);
    if (node == null) {
      throw new IllegalStateException("node " + name + " does not run");
    }
    node.kill();
  }

  /** What a running node counts. */
  synchronized Metrics metrics(String node) {
    EmbeddedNode found = running.get(node);
    if (found == null) {
      throw new IllegalStateException("node " + node + " does not run");
    }
    return found.metrics();
  }

  /** What the router counts. */
  Metrics routerMetrics() {
    return routerMetrics;
  }

  private void checkKnown(String name) {
    if (!nodes().contains(name)) {
      throw new IllegalArgumentException("there is no node " + name + ", but " + nodes());
    }
  }

  private String zone(int node) {
    return "zone-" + (node % config.zones() + 1);
  }

  /**
   * Waits until all running nodes and the router are ready, and each shard of the default keyspace
   * has a leader that serves.
   */
  public void awaitReady(Duration limit) throws InterruptedException, TimeoutException {
    long deadline = System.nanoTime() + limit.toNanos();
    while (!isReady()) {
      if (System.nanoTime() > deadline) {
        throw new TimeoutException("the cluster is not ready after " + limit + ": " + report());
      }
      Thread.sleep(LOOK_MILLIS);
    }
  }

  private synchronized boolean isReady() throws InterruptedException {
    return routerHealth.isReady()
        && running.values().stream().allMatch(EmbeddedNode::isReady)
        && keyspace.isServedBy(led());
  }

  private Set<ShardId> led() throws InterruptedException {
    Set<ShardId> led = new HashSet<>();
    for (EmbeddedNode node : running.values()) {
      led.addAll(node.led());
    }
    return led;
  }

  private synchronized String report() throws InterruptedException {
    List<String> lines = new ArrayList<>(List.of("router: " + oneLine(routerHealth.report())));
    lines.add("shards: " + keyspace.unserved(led()));
    running.forEach((name, node) -> lines.add(name + ": " + oneLine(node.report())));
    return String.join("; ", lines);
  }

  private static String oneLine(String report) {
    return report.strip().replace("\n", ", ");
  }

  /** Stops everything cleanly; what the directory holds stays. */
  @Override
  public synchronized void close() throws IOException {
    router.close();
    keyspace.close();
    List<Thread> stopping =
        running.values().stream().map(it -> Thread.ofVirtual().start(it::close)).toList();
    running.clear();
    stopping.forEach(EmbeddedCluster::join);
    closeWatchdog();
    routerLoops.close();
    awaitSaved();
    metadata.close();
    directory.close();
  }

  private void closeWatchdog() {
    try {
      watchdog.close();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** A read comes behind all that the nodes' ends have still to write. */
  private void awaitSaved() throws IOException {
    try {
      var unused = metadata.list("").toCompletableFuture().get(5, TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException e) {
      throw new IOException("the metadata was not saved: " + e.getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void join(Thread stopping) {
    try {
      stopping.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
