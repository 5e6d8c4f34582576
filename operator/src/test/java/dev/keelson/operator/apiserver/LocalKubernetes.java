package dev.keelson.operator.apiserver;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;

/**
 * The control plane of a Kubernetes on loopback: etcd, kube-apiserver and kube-controller-manager,
 * without nodes, so that StatefulSets make pods and claims, owners' leavings are collected, and
 * nothing ever runs. Starts in some seconds, lives in one folder.
 */
public final class LocalKubernetes implements AutoCloseable {
  private static final String ADMIN_TOKEN = "admin-of-tests";
  private static final String AUDIT_POLICY =
      """
      apiVersion: audit.k8s.io/v1
      kind: Policy
      omitStages: [RequestReceived]
      rules:
      - level: Metadata
        verbs: [create, update, patch, delete]
      - level: None
      """;

  private final Path folder;
  private final Tools tools;
  private final Deque<Process> processes = new ArrayDeque<>();
  private final int port;

  private LocalKubernetes(Path folder, Tools tools) throws IOException {
    this.folder = folder;
    this.tools = tools;
    this.port = freePort();
  }

  public static LocalKubernetes start(Path folder) throws Exception {
    Tools tools = Tools.install("etcd", "kube-apiserver", "kube-controller-manager");
    LocalKubernetes kubernetes = new LocalKubernetes(folder, tools);
    try {
      kubernetes.startAll();
    } catch (Exception | AssertionError e) {
      kubernetes.close();
      throw e;
    }
    return kubernetes;
  }

  private void startAll() throws Exception {
    writeFiles();
    int etcd = startEtcd();
    startApiServer(etcd);
    awaitReady();
    startControllerManager();
  }

  /** A client that may do everything. */
  public KubernetesClient admin() {
    return client(ADMIN_TOKEN);
  }

  /** A client with a token of its own. */
  public KubernetesClient client(String token) {
    Config config =
        new ConfigBuilder(Config.empty())
            .withMasterUrl("https://127.0.0.1:" + port)
            .withCaCertFile(folder.resolve("certificates/apiserver.crt").toString())
            .withOauthToken(token)
            .withNamespace("default")
            .withRequestRetryBackoffLimit(0)
            .build();
    return new KubernetesClientBuilder().withConfig(config).build();
  }

  /** Every write so far, one JSON object for each, with user, verb and object. */
  public List<String> audit() throws IOException {
    return Files.readAllLines(folder.resolve("audit.log"));
  }

  private void writeFiles() throws IOException, NoSuchAlgorithmException {
    Files.writeString(
        folder.resolve("tokens.csv"), ADMIN_TOKEN + ",admin,admin,\"system:masters\"\n");
    Files.writeString(folder.resolve("audit-policy.yaml"), AUDIT_POLICY);
    KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
    generator.initialize(2048);
    KeyPair keys = generator.generateKeyPair();
    writePem("accounts.key", "PRIVATE KEY", keys.getPrivate().getEncoded());
    writePem("accounts.pub", "PUBLIC KEY", keys.getPublic().getEncoded());
  }

  private void writePem(String name, String kind, byte[] content) throws IOException {
    String base64 = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(content);
    Files.writeString(
        folder.resolve(name),
        "-----BEGIN %1$s-----%n%2$s%n-----END %1$s-----%n".formatted(kind, base64));
  }

  private int startEtcd() throws IOException {
    int clients = freePort();
    int peers = freePort();
    run(
        "etcd",
        "--data-dir=" + folder.resolve("etcd"),
        "--listen-client-urls=http://127.0.0.1:" + clients,
        "--advertise-client-urls=http://127.0.0.1:" + clients,
        "--listen-peer-urls=http://127.0.0.1:" + peers,
        "--initial-advertise-peer-urls=http://127.0.0.1:" + peers,
        "--initial-cluster=default=http://127.0.0.1:" + peers,
        "--unsafe-no-fsync");
    return clients;
  }

  private void startApiServer(int etcd) throws IOException {
    run(
        "kube-apiserver",
        "--etcd-servers=http://127.0.0.1:" + etcd,
        "--bind-address=127.0.0.1",
        "--advertise-address=127.0.0.1",
        "--endpoint-reconciler-type=none",
        "--secure-port=" + port,
        "--cert-dir=" + folder.resolve("certificates"),
        "--service-cluster-ip-range=10.96.0.0/16",
        "--token-auth-file=" + folder.resolve("tokens.csv"),
        "--service-account-issuer=https://kubernetes.default.svc",
        "--service-account-signing-key-file=" + folder.resolve("accounts.key"),
        "--service-account-key-file=" + folder.resolve("accounts.pub"),
        "--authorization-mode=RBAC",
        "--enable-admission-plugins=OwnerReferencesPermissionEnforcement",
        "--audit-policy-file=" + folder.resolve("audit-policy.yaml"),
        "--audit-log-path=" + folder.resolve("audit.log"),
        "--profiling=false");
  }

  private void awaitReady() {
    Awaitility.await("kube-apiserver is ready")
        .atMost(Duration.ofSeconds(90))
        .pollInterval(Duration.ofMillis(200))
        .until(this::isReady);
  }

  private boolean isReady() {
    if (!processes.stream().allMatch(Process::isAlive)) {
      throw new IllegalStateException("a process of the control plane ended; logs: " + folder);
    }
    if (!Files.exists(folder.resolve("certificates/apiserver.crt"))) {
      return false;
    }
    try (KubernetesClient client = admin()) {
      return "ok".equals(client.raw("/readyz"))
          && client.namespaces().withName("default").get() != null;
    } catch (KubernetesClientException e) {
      return false;
    }
  }

  private void startControllerManager() throws IOException {
    Files.writeString(
        folder.resolve("kubeconfig"),
        """
        apiVersion: v1
        kind: Config
        clusters: [{name: c, cluster: {server: "https://127.0.0.1:%d", certificate-authority: %s}}]
        users: [{name: u, user: {token: %s}}]
        contexts: [{name: x, context: {cluster: c, user: u}}]
        current-context: x
        """
            .formatted(port, folder.resolve("certificates/apiserver.crt"), ADMIN_TOKEN));
    run(
        "kube-controller-manager",
        "--kubeconfig=" + folder.resolve("kubeconfig"),
        "--bind-address=127.0.0.1",
        "--secure-port=" + freePort(),
        "--cert-dir=" + folder.resolve("controller-certificates"),
        "--leader-elect=false",
        "--service-account-private-key-file=" + folder.resolve("accounts.key"),
        "--profiling=false");
  }

  private void run(String name, String... arguments) throws IOException {
    List<String> command = new ArrayList<>(List.of(tools.path(name)));
    command.addAll(List.of(arguments));
    processes.push(
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve(name + ".log").toFile())
            .start());
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  @Override
  public void close() {
    for (Process process : processes) {
      process.destroy();
      try {
        if (!process.waitFor(5, TimeUnit.SECONDS)) {
          process.destroyForcibly();
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        process.destroyForcibly();
      }
    }
  }
}
