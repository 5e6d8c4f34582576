package dev.keelson.coordination;

import dev.keelson.runtime.config.Address;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A real etcd on loopback ports, for as long as a test runs: {@code ETCD} from the environment, or
 * the one that {@code hack/tools/install.sh} builds.
 */
public final class EtcdProcess implements AutoCloseable {
  private static final Duration START_LIMIT = Duration.ofSeconds(30);

  private static final int FIRST_PORT = 15_000;
  private static final int END_OF_PORTS = 32_000;
  private static final int PORT_TRIES = 1_000;
  private static final SplittableRandom RANDOM = new SplittableRandom();

  private final String name;
  private final Path directory;
  private final int clientPort;
  private final int peerPort;
  private String initialCluster = "";
  private String token = "keelson";
  private final List<String> moreArguments = new ArrayList<>();
  private String scheme = "http";
  private @Nullable Process process;

  private EtcdProcess(String name, Path directory, int clientPort, int peerPort) {
    this.name = name;
    this.directory = directory;
    this.clientPort = clientPort;
    this.peerPort = peerPort;
    Runtime.getRuntime().addShutdownHook(new Thread(this::kill));
  }

  /** Starts an etcd of one member, with its data under a directory. */
  public static EtcdProcess start(Path directory) throws IOException, InterruptedException {
    return cluster(directory, 1).getFirst();
  }

  /**
   * Starts an etcd that speaks TLS and asks its clients for a certificate. It may not answer yet
   * when this returns.
   *
   * @param certificate of etcd and of the authority that vouches for clients, in PEM
   */
  public static EtcdProcess startEncrypted(Path directory, Path certificate, Path key)
      throws IOException {
    List<Integer> ports = freePorts(2);
    EtcdProcess etcd = new EtcdProcess("etcd0", directory, ports.get(0), ports.get(1));
    etcd.initialCluster = etcd.name + "=" + etcd.peerUrl();
    etcd.scheme = "https";
    etcd.moreArguments.addAll(
        List.of(
            "--cert-file=" + certificate,
            "--key-file=" + key,
            "--client-cert-auth",
            "--trusted-ca-file=" + certificate));
    etcd.launch();
    return etcd;
  }

  /** Starts an etcd of several members. */
  public static List<EtcdProcess> cluster(Path directory, int members)
      throws IOException, InterruptedException {
    List<EtcdProcess> cluster = new ArrayList<>();
    List<Integer> ports = freePorts(2 * members);
    for (int i = 0; i < members; i++) {
      cluster.add(
          new EtcdProcess(
              "etcd" + i, directory.resolve("etcd" + i), ports.get(2 * i), ports.get(2 * i + 1)));
    }
    String initial =
        cluster.stream().map(it -> it.name + "=" + it.peerUrl()).collect(Collectors.joining(","));
    for (EtcdProcess member : cluster) {
      member.initialCluster = initial;
      member.launch();
    }
    for (EtcdProcess member : cluster) {
      member.awaitHealthy();
    }
    return cluster;
  }

  /**
   * Ports that are free, below those that the kernel gives to outgoing connections: an etcd that
   * starts again must find its port free.
   */
  public static List<Integer> freePorts(int count) throws IOException {
    Set<Integer> ports = new LinkedHashSet<>();
    for (int tries = 0; ports.size() < count; tries++) {
      if (tries == PORT_TRIES) {
        throw new IOException("no " + count + " ports are free");
      }
      int port = RANDOM.nextInt(FIRST_PORT, END_OF_PORTS);
      if (isFree(port)) {
        ports.add(port);
      }
    }
    return List.copyOf(ports);
  }

  private static boolean isFree(int port) {
    try (ServerSocket socket = new ServerSocket()) {
      socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  public Address address() {
    return new Address("127.0.0.1", clientPort);
  }

  /** A configuration that leads to this etcd alone. */
  public EtcdConfig config(String clusterName) {
    return EtcdConfig.of(List.of(address()), clusterName);
  }

  /** kill -9. */
  public synchronized void kill() {
    Process running = process;
    process = null;
    if (running != null) {
      // A stopped process dies of SIGKILL all the same.
      running.destroyForcibly();
      boolean unused = awaitEnd(running);
    }
  }

  private static boolean awaitEnd(Process running) {
    try {
      return running.waitFor(10, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /** Starts again on the same data and ports. */
  public void restart() throws IOException, InterruptedException {
    kill();
    launch();
    awaitHealthy();
  }

  /** Starts again on the same ports with nothing in it and another id. */
  public void restartAsAnother() throws IOException, InterruptedException {
    token += "+";
    restartEmpty();
  }

  /** Starts again with nothing in it: as it derives its id from its settings, that is the same. */
  public void restartEmpty() throws IOException, InterruptedException {
    kill();
    deleteData();
    launch();
    awaitHealthy();
  }

  /** SIGSTOP: connections stay open, and nobody answers. */
  public void pause() throws IOException, InterruptedException {
    signal("-STOP");
  }

  public void resume() throws IOException, InterruptedException {
    signal("-CONT");
  }

  private synchronized void signal(String signal) throws IOException, InterruptedException {
    Process running = process;
    if (running == null) {
      throw new IllegalStateException(name + " does not run");
    }
    int code = new ProcessBuilder("kill", signal, String.valueOf(running.pid())).start().waitFor();
    if (code != 0) {
      throw new IOException("kill " + signal + " answered " + code);
    }
  }

  @Override
  public void close() {
    kill();
  }

  private synchronized void launch() throws IOException {
    Files.createDirectories(directory);
    List<String> command =
        new ArrayList<>(
            List.of(
                binary().toString(),
                "--name=" + name,
                "--data-dir=" + directory.resolve("data"),
                "--listen-client-urls=" + clientUrl(),
                "--advertise-client-urls=" + clientUrl(),
                "--listen-peer-urls=" + peerUrl(),
                "--initial-advertise-peer-urls=" + peerUrl(),
                "--initial-cluster=" + initialCluster,
                "--initial-cluster-token=" + token,
                // Only the machine's end could lose what is not synced, and no test ends it.
                "--unsafe-no-fsync",
                "--log-level=warn"));
    command.addAll(moreArguments);
    process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log().toFile()))
            .start();
  }

  private void awaitHealthy() throws IOException, InterruptedException {
    long end = System.nanoTime() + START_LIMIT.toNanos();
    try (HttpClient client = HttpClient.newHttpClient()) {
      while (!isHealthy(client)) {
        Process running = process;
        if (System.nanoTime() - end > 0 || running == null || !running.isAlive()) {
          throw new IOException("etcd did not start; its log:\n" + Files.readString(log()));
        }
        Thread.sleep(50);
      }
    }
  }

  private boolean isHealthy(HttpClient client) throws InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(clientUrl() + "/health"))
            .timeout(Duration.ofSeconds(2))
            .build();
    try {
      return client.send(request, HttpResponse.BodyHandlers.ofString()).statusCode() == 200;
    } catch (IOException e) {
      return false;
    }
  }

  private String clientUrl() {
    return scheme + "://127.0.0.1:" + clientPort;
  }

  private String peerUrl() {
    return "http://127.0.0.1:" + peerPort;
  }

  private Path log() {
    return directory.resolve("etcd.log");
  }

  private void deleteData() throws IOException {
    try (var files = Files.walk(directory.resolve("data"))) {
      List<Path> all = files.sorted((left, right) -> right.compareTo(left)).toList();
      for (Path file : all) {
        Files.delete(file);
      }
    }
  }

  /** The binary; built on the first call on a machine, which takes minutes. */
  public static Path binary() throws IOException {
    String given = System.getenv("ETCD");
    if (given != null && !given.isEmpty()) {
      return Path.of(given);
    }
    Path script = Path.of("hack", "tools", "install.sh");
    Path root =
        IntStream.range(0, 4)
            .mapToObj(ups -> "../".repeat(ups))
            .map(Path::of)
            .filter(folder -> Files.exists(folder.resolve(script)))
            .findFirst()
            .orElseThrow(() -> new IOException("there is no " + script + ": set ETCD"));
    Process install =
        new ProcessBuilder(root.resolve(script).toString(), "etcd")
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    String folder = new String(install.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (!awaitEnd(install) || install.exitValue() != 0) {
      throw new IOException(script + " etcd failed: " + folder);
    }
    return Path.of(folder.strip(), "etcd");
  }
}
