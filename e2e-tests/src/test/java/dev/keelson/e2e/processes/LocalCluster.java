package dev.keelson.e2e.processes;

import static org.awaitility.Awaitility.await;

import dev.keelson.client.ClusterDescription;
import dev.keelson.client.ClusterDescription.Health;
import dev.keelson.client.ClusterDescription.Role;
import dev.keelson.client.ClusterDescription.Shard;
import dev.keelson.client.KeelsonClient;
import dev.keelson.client.KeelsonException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Three data nodes in three zones, two routers and an etcd, each a process of its own on loopback,
 * started by the scripts in {@code dist/bin}. Data lies in a temporary folder, logs in {@code
 * target/processes}.
 */
final class LocalCluster implements AutoCloseable {
  private static final Duration LIMIT = Duration.ofSeconds(90);
  private static final int REPLICAS = 3;

  private final String name;
  private final Optional<Network> network;
  private final Path data;
  private final Path logs;
  private final ServerProcess etcd;
  private final List<ServerProcess> nodes = new ArrayList<>();
  private final List<ServerProcess> routers = new ArrayList<>();
  private final List<ServerProcess> dataNodes = new ArrayList<>();
  private final Set<Path> taken = new HashSet<>();
  private final Map<String, String> nodeSettings;

  private LocalCluster(String name, Optional<Network> network, Map<String, String> nodeSettings)
      throws IOException {
    this.name = name;
    this.network = network;
    this.nodeSettings = Map.copyOf(nodeSettings);
    this.data = Files.createTempDirectory("keelson-" + name + "-");
    this.logs = Files.createDirectories(Tools.logs().resolve(data.getFileName()));
    this.etcd = newEtcd();
    for (int number = 1; number <= REPLICAS; number++) {
      nodes.add(newNode("n" + number, Map.of("KEELSON_ZONE", "zone-" + number)));
    }
    for (int number = 1; number <= 2; number++) {
      routers.add(newRouter("r" + number));
    }
  }

  /** A cluster whose processes have not been started. */
  static LocalCluster prepared(String name) {
    return prepared(name, Optional.empty(), Map.of());
  }

  /** The same; the settings are those of every data node. */
  static LocalCluster prepared(String name, Map<String, String> nodeSettings) {
    return prepared(name, Optional.empty(), nodeSettings);
  }

  private static LocalCluster prepared(
      String name, Optional<Network> network, Map<String, String> nodeSettings) {
    try {
      return new LocalCluster(name, network, nodeSettings);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A cluster that serves. */
  static LocalCluster started(String name) {
    return prepared(name).start();
  }

  /**
   * A cluster that serves.
   *
   * @param nodeSettings of every data node
   */
  static LocalCluster started(String name, Map<String, String> nodeSettings) {
    return prepared(name, nodeSettings).start();
  }

  /** A cluster that serves, each of its servers on a host of its own, which is made here. */
  static LocalCluster started(String name, Network network) {
    return prepared(name, Optional.of(network), Map.of()).start();
  }

  /** Starts all of it, and waits until it serves. */
  LocalCluster start() {
    try {
      etcd.start().awaitReady();
      servers().forEach(ServerProcess::start);
      servers().forEach(ServerProcess::awaitReady);
      awaitWhole();
      return this;
    } catch (RuntimeException | Error e) {
      System.out.println(tails());
      close();
      throw e;
    }
  }

  private ServerProcess newEtcd() {
    int client = Ports.next();
    String host = host("etcd");
    String clientUrl = "http://" + host + ":" + client;
    String peerUrl = "http://" + host + ":" + Ports.next();
    Path directory = data.resolve("etcd");
    List<String> command =
        List.of(
            Tools.etcd().toString(),
            "--name=etcd",
            "--data-dir=" + directory,
            "--listen-client-urls=" + clientUrl,
            "--advertise-client-urls=" + clientUrl,
            "--listen-peer-urls=" + peerUrl,
            "--initial-advertise-peer-urls=" + peerUrl,
            "--initial-cluster=etcd=" + peerUrl,
            "--log-level=warn");
    return new ServerProcess(
        new ServerProcess.Spec(
            "etcd",
            on("etcd", command),
            Map.of(),
            host,
            directory,
            log("etcd"),
            client,
            client,
            "/health"));
  }

  /** Where a server listens: loopback, or a host that is made for it. */
  private String host(String server) {
    network.ifPresent(it -> it.join(server));
    return network.map(it -> it.address(server)).orElse("127.0.0.1");
  }

  private List<String> on(String server, List<String> command) {
    return network.map(it -> it.on(server, command)).orElse(command);
  }

  /** A data node, which takes part once it is started; stopped with the cluster. */
  ServerProcess newNode(String node, Map<String, String> settings) {
    Map<String, String> all = new TreeMap<>(nodeSettings);
    all.putAll(settings);
    all.putIfAbsent("KEELSON_DATA_DIRECTORY", data.resolve(node).toString());
    all.put("KEELSON_NODE_NAME", node);
    all.put("KEELSON_JAVA_OPTS", "-Xmx768m");
    ServerProcess made = server(node, "keelson-datanode", all);
    dataNodes.add(made);
    return made;
  }

  private ServerProcess newRouter(String router) {
    Map<String, String> settings = new TreeMap<>();
    settings.put("KEELSON_JAVA_OPTS", "-Xmx384m");
    return server(router, "keelson-router", settings);
  }

  private ServerProcess server(String server, String script, Map<String, String> settings) {
    int port = Ports.next();
    int healthPort = Ports.next();
    String host = host(server);
    settings.put("KEELSON_LISTEN", host + ":" + port);
    settings.put("KEELSON_HEALTH_LISTEN", host + ":" + healthPort);
    settings.putIfAbsent("KEELSON_ETCD_ENDPOINTS", etcd.address());
    settings.putIfAbsent("KEELSON_CLUSTER", name);
    return new ServerProcess(
        new ServerProcess.Spec(
            server,
            on(server, List.of(Tools.script(script).toString())),
            settings,
            host,
            Path.of(settings.getOrDefault("KEELSON_DATA_DIRECTORY", data.toString())),
            log(server),
            port,
            healthPort,
            "/ready"));
  }

  /** A file of its own for each process, also when several have one name. */
  private Path log(String server) {
    Path file = logs.resolve(server + ".log");
    for (int again = 2; !taken.add(file); again++) {
      file = logs.resolve(server + "-" + again + ".log");
    }
    return file;
  }

  ServerProcess etcd() {
    return etcd;
  }

  List<ServerProcess> nodes() {
    return List.copyOf(nodes);
  }

  ServerProcess node(String node) {
    return nodes.stream().filter(it -> it.name().equals(node)).findFirst().orElseThrow();
  }

  List<ServerProcess> routers() {
    return List.copyOf(routers);
  }

  /** Data nodes and routers. */
  List<ServerProcess> servers() {
    return Stream.concat(nodes.stream(), routers.stream()).toList();
  }

  /** A client of both routers. */
  KeelsonClient client() {
    return KeelsonClient.connect(
        routers.stream().map(ServerProcess::address).toArray(String[]::new));
  }

  /** Waits until each shard has a leader, and all replicas have what it has. */
  void awaitWhole() {
    try (KeelsonClient client = client()) {
      awaitWhole(client, 0);
    }
  }

  /**
   * Waits until each shard has a leader and its replicas lag behind by no more than so much.
   *
   * @param lag in entries; above 0 while writes go on
   */
  void awaitWhole(KeelsonClient client, long lag) {
    List<String> last = new ArrayList<>();
    try {
      await()
          .atMost(LIMIT)
          .pollInterval(Duration.ofMillis(100))
          .until(
              () -> {
                last.clear();
                last.addAll(missing(client, lag));
                return last.isEmpty();
              });
    } catch (org.awaitility.core.ConditionTimeoutException e) {
      throw new IllegalStateException("the cluster is not whole after " + LIMIT + ": " + last, e);
    }
  }

  /**
   * Waits until each node leads as many shards as any other, so that no leader is being moved: an
   * election under way can't end without etcd.
   */
  void awaitBalance(KeelsonClient client) {
    await("the same number of leaders on each node")
        .atMost(LIMIT)
        .pollInterval(Duration.ofMillis(200))
        .until(
            () -> {
              ClusterDescription cluster = client.describeCluster();
              long share = cluster.shards().size() / nodes.size();
              return cluster.members().stream().allMatch(it -> it.leaders() == share);
            });
  }

  private List<String> missing(KeelsonClient client, long lag) {
    try {
      ClusterDescription cluster = client.describeCluster();
      List<String> missing = new ArrayList<>();
      if (cluster.shards().isEmpty()) {
        missing.add("no shards");
      }
      cluster.members().stream()
          .filter(it -> it.health() != Health.HEALTHY)
          .forEach(it -> missing.add(it.node() + " is " + it.health() + ": " + it.reason()));
      cluster.shards().stream()
          .filter(it -> !isWhole(it, lag))
          .forEach(it -> missing.add(it.toString()));
      return missing;
    } catch (KeelsonException e) {
      return List.of(e.toString());
    }
  }

  private static boolean isWhole(Shard shard, long lag) {
    return !shard.leader().isEmpty()
        && shard.replicas().size() == REPLICAS
        && shard.replicas().stream()
            .allMatch(
                it ->
                    it.reachable()
                        && (it.role() == Role.LEADER || it.role() == Role.FOLLOWER)
                        && it.lagEntries() <= lag);
  }

  /** The end of each log. */
  String tails() {
    return Stream.concat(Stream.of(etcd), Stream.concat(routers.stream(), dataNodes.stream()))
        .filter(it -> it.logSize() > 0)
        .map(ServerProcess::tail)
        .collect(Collectors.joining("\n"));
  }

  /** Kills whatever runs. */
  void kill() {
    Stream.concat(routers.stream(), Stream.concat(dataNodes.stream(), Stream.of(etcd)))
        .filter(ServerProcess::isAlive)
        .forEach(ServerProcess::kill);
  }

  /** Kills whatever runs; the data goes, the logs stay. */
  @Override
  public void close() {
    kill();
    try (Stream<Path> files = Files.walk(data)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    } catch (IOException e) {
      System.out.println("left behind in " + data + ": " + e);
    }
  }
}
