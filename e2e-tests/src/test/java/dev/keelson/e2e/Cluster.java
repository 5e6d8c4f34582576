package dev.keelson.e2e;

import dev.keelson.crds.v1alpha1.Condition;
import dev.keelson.crds.v1alpha1.ConditionType;
import dev.keelson.crds.v1alpha1.DatabaseCluster;
import dev.keelson.crds.v1alpha1.MemberStatus;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.readiness.Readiness;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;

/**
 * The Kubernetes that KUBECONFIG names, with the operator's chart in namespace keelson-system and a
 * namespace of our own that is removed in the end.
 */
final class Cluster implements AutoCloseable {
  static final String SYSTEM = "keelson-system";
  static final String NAMESPACE = "keelson-e2e";
  static final String NAME = "flights";

  /** The image under test, as `make image` names it. */
  static final String IMAGE =
      Optional.ofNullable(System.getenv("KEELSON_IMAGE")).orElse("keelson:dev");

  private final KubernetesClient client = new KubernetesClientBuilder().build();

  static Cluster connect() {
    Cluster cluster = new Cluster();
    cluster.createNamespace(NAMESPACE);
    return cluster;
  }

  KubernetesClient client() {
    return client;
  }

  private void createNamespace(String name) {
    Namespace namespace =
        new NamespaceBuilder().withNewMetadata().withName(name).endMetadata().build();
    client.resource(namespace).serverSideApply();
  }

  void installOperator() throws IOException, InterruptedException {
    int colon = IMAGE.lastIndexOf(':');
    helm(
        "upgrade",
        "--install",
        "keelson-operator",
        root().resolve("helm/keelson-operator").toString(),
        "--namespace=" + SYSTEM,
        "--create-namespace",
        "--set=image.repository=" + IMAGE.substring(0, colon),
        "--set=image.tag=" + IMAGE.substring(colon + 1),
        "--wait",
        "--timeout=3m");
  }

  String helm(String... arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of(tool("helm")));
    command.addAll(List.of(arguments));
    return run(Duration.ofMinutes(5), command);
  }

  /** The resource of the README. */
  static String example() throws IOException {
    return Files.readString(root().resolve("examples/kubernetes/cluster.yaml"));
  }

  void apply(String yaml) {
    client
        .resource(Serialization.unmarshal(yaml, GenericKubernetesResource.class))
        .inNamespace(NAMESPACE)
        .fieldManager("e2e")
        .forceConflicts()
        .serverSideApply();
  }

  DatabaseCluster resource() {
    return client.resources(DatabaseCluster.class).inNamespace(NAMESPACE).withName(NAME).require();
  }

  Optional<Condition> condition(ConditionType type) {
    return Optional.ofNullable(resource().getStatus()).flatMap(status -> status.condition(type));
  }

  void awaitReady(Duration patience) {
    Awaitility.await("the cluster is Ready")
        .atMost(patience)
        .pollInterval(Duration.ofMillis(500))
        .conditionEvaluationListener(
            evaluated -> {
              if (evaluated.getRemainingTimeInMS() <= 0) {
                System.out.println("last status: " + resource().getStatus());
              }
            })
        .until(
            () ->
                condition(ConditionType.READY)
                    .filter(Condition::isTrue)
                    .filter(c -> c.observedGeneration() == resource().getMetadata().getGeneration())
                    .isPresent());
  }

  /**
   * Waits until all pods of the database are there and ready: right after a failure the resource
   * may still say Ready, because the operator hasn't seen the failure yet.
   */
  void awaitPods(Duration patience) {
    Map<String, Integer> wanted = Map.of("data-node", 3, "router", 2, "etcd", 3);
    Awaitility.await("all pods of the cluster are ready")
        .atMost(patience)
        .pollInterval(Duration.ofMillis(500))
        .until(
            () ->
                wanted.entrySet().stream()
                    .allMatch(it -> readyPods(it.getKey()) == it.getValue().longValue()));
  }

  /** Waits until another pod has taken the name of one that was deleted, and is ready. */
  void awaitSuccessor(Pod deleted, Duration patience) {
    Awaitility.await(deleted.getMetadata().getName() + " is back")
        .atMost(patience)
        .pollInterval(Duration.ofMillis(500))
        .until(() -> pods("data-node").stream().anyMatch(it -> isSuccessor(it, deleted)));
  }

  private static boolean isSuccessor(Pod pod, Pod deleted) {
    return pod.getMetadata().getName().equals(deleted.getMetadata().getName())
        && !pod.getMetadata().getUid().equals(deleted.getMetadata().getUid())
        && Readiness.isPodReady(pod);
  }

  /** A data node as the database sees it, if it does. */
  Optional<MemberStatus> member(String name) {
    return Optional.ofNullable(resource().getStatus()).stream()
        .flatMap(status -> status.members().stream())
        .filter(member -> member.name().equals(name))
        .findFirst();
  }

  private long readyPods(String component) {
    return pods(component).stream()
        .filter(it -> it.getMetadata().getDeletionTimestamp() == null)
        .filter(it -> Readiness.isPodReady(it))
        .count();
  }

  /** Pods of a component of the database, ready or not. */
  List<Pod> pods(String component) {
    return client
        .pods()
        .inNamespace(NAMESPACE)
        .withLabel("keelson.dev/cluster", NAME)
        .withLabel("app.kubernetes.io/component", component)
        .list()
        .getItems();
  }

  String endpoint() {
    return NAME + "-router." + NAMESPACE + ".svc:7400";
  }

  static Path root() {
    Path folder = Path.of("").toAbsolutePath();
    while (!Files.exists(folder.resolve("hack/tools/install.sh"))) {
      folder =
          Optional.ofNullable(folder.getParent())
              .orElseThrow(() -> new IllegalStateException("run this inside the repository"));
    }
    return folder;
  }

  private static String tool(String name) throws IOException, InterruptedException {
    String install = root().resolve("hack/tools/install.sh").toString();
    return run(Duration.ofMinutes(10), List.of(install, name)).strip() + "/" + name;
  }

  private static String run(Duration patience, List<String> command)
      throws IOException, InterruptedException {
    Path output = Files.createTempFile("e2e", ".out");
    try {
      Process process =
          new ProcessBuilder(command)
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .redirectOutput(output.toFile())
              .start();
      if (!process.waitFor(patience.toSeconds(), TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new IllegalStateException("took longer than " + patience + ": " + command);
      }
      String text = Files.readString(output, StandardCharsets.UTF_8);
      if (process.exitValue() != 0) {
        throw new IllegalStateException(command + " failed: " + text);
      }
      return text;
    } finally {
      Files.delete(output);
    }
  }

  @Override
  public void close() {
    client.namespaces().withName(NAMESPACE).delete();
    client.close();
  }
}
