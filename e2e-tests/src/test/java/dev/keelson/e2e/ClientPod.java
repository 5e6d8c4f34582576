package dev.keelson.e2e;

import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.PodResource;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import org.awaitility.Awaitility;

/**
 * An application in a pod: the image under test has the Java client and the command line, and the
 * writer comes in a ConfigMap.
 */
final class ClientPod implements AutoCloseable {
  private static final String WRITER_JAR = "writer.jar";
  private static final String WRITER_FOLDER = "/opt/e2e";

  private final KubernetesClient client;
  private final String name;

  private ClientPod(KubernetesClient client, String name) {
    this.client = client;
    this.name = name;
  }

  /** A pod in which commands can be run. */
  static ClientPod toolbox(Cluster cluster) {
    return start(cluster, "toolbox", "sleep", "3600").awaitPhase("Running", Duration.ofMinutes(2));
  }

  /** A pod that writes for so long, and then checks. */
  static ClientPod writer(Cluster cluster, Duration time) throws IOException {
    uploadWriter(cluster);
    String classPath = "/opt/keelson/lib/server/*:" + WRITER_FOLDER + "/" + WRITER_JAR;
    return start(
        cluster,
        "writer",
        "java",
        "-Xmx128m",
        "-cp",
        classPath,
        AcknowledgedWriter.class.getName(),
        cluster.endpoint(),
        Long.toString(time.toSeconds()));
  }

  private static ClientPod start(Cluster cluster, String name, String... command) {
    ClientPod pod = new ClientPod(cluster.client(), name);
    pod.close();
    cluster.client().resource(pod(name, command)).inNamespace(Cluster.NAMESPACE).create();
    return pod;
  }

  private static Pod pod(String name, String... command) {
    return new PodBuilder()
        .withNewMetadata()
        .withName(name)
        .endMetadata()
        .withNewSpec()
        .withRestartPolicy("Never")
        .withTerminationGracePeriodSeconds(1L)
        .withEnableServiceLinks(false)
        .addNewContainer()
        .withName("client")
        .withImage(Cluster.IMAGE)
        .withCommand(command)
        .withNewResources()
        .addToRequests("memory", new Quantity("128Mi"))
        .endResources()
        .addNewVolumeMount()
        .withName("writer")
        .withMountPath(WRITER_FOLDER)
        .endVolumeMount()
        .endContainer()
        .addNewVolume()
        .withName("writer")
        .withNewConfigMap()
        .withName("writer")
        .withOptional(true)
        .endConfigMap()
        .endVolume()
        .endSpec()
        .build();
  }

  private static void uploadWriter(Cluster cluster) throws IOException {
    cluster
        .client()
        .resource(
            new ConfigMapBuilder()
                .withNewMetadata()
                .withName("writer")
                .endMetadata()
                .addToBinaryData(WRITER_JAR, Base64.getEncoder().encodeToString(writerJar()))
                .build())
        .inNamespace(Cluster.NAMESPACE)
        .serverSideApply();
  }

  private static byte[] writerJar() throws IOException {
    String entry = AcknowledgedWriter.class.getName().replace('.', '/') + ".class";
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (JarOutputStream jar = new JarOutputStream(bytes);
        InputStream content =
            AcknowledgedWriter.class.getClassLoader().getResourceAsStream(entry)) {
      jar.putNextEntry(new JarEntry(entry));
      jar.write(content.readAllBytes());
      jar.closeEntry();
    }
    return bytes.toByteArray();
  }

  /** Runs a command in the pod and answers what it printed; fails when the command does. */
  String run(Duration patience, String... command) throws Exception {
    ByteArrayOutputStream output = new ByteArrayOutputStream();
    try (var running = resource().writingOutput(output).writingError(output).exec(command)) {
      CompletableFuture<Integer> exit = running.exitCode();
      int code = exit.get(patience.toSeconds(), TimeUnit.SECONDS);
      String text = output.toString(StandardCharsets.UTF_8);
      if (code != 0) {
        throw new IllegalStateException(String.join(" ", command) + " failed: " + text);
      }
      return text;
    }
  }

  /** By kubectl: the Java client's own way breaks off in the middle of larger files. */
  void upload(Path file, String to) throws IOException, InterruptedException {
    Process copy =
        new ProcessBuilder(
                "kubectl",
                "exec",
                "-i",
                "-n",
                Cluster.NAMESPACE,
                name,
                "--",
                "sh",
                "-c",
                "cat >" + to)
            .inheritIO()
            .redirectInput(file.toFile())
            .start();
    if (!copy.waitFor(60, TimeUnit.SECONDS) || copy.exitValue() != 0) {
      copy.destroyForcibly();
      throw new IllegalStateException("could not copy " + file + " into pod " + name);
    }
  }

  /** The Kubernetes node that it runs on. */
  String machine() {
    return resource().require().getSpec().getNodeName();
  }

  String log() {
    return resource().getLog();
  }

  ClientPod awaitLog(String text, Duration patience) {
    Awaitility.await("pod " + name + " says " + text)
        .atMost(patience)
        .pollInterval(Duration.ofMillis(300))
        .ignoreExceptions()
        .until(() -> log().contains(text));
    return this;
  }

  ClientPod awaitPhase(String phase, Duration patience) {
    Awaitility.await("pod " + name + " is " + phase)
        .atMost(patience)
        .pollInterval(Duration.ofMillis(300))
        .until(() -> phase.equals(resource().require().getStatus().getPhase()));
    return this;
  }

  /** Waits until it has ended, well or not. */
  String awaitEnd(Duration patience) {
    Awaitility.await("pod " + name + " ends")
        .atMost(patience)
        .pollInterval(Duration.ofMillis(300))
        .until(() -> !"Running".equals(resource().require().getStatus().getPhase()));
    return resource().require().getStatus().getPhase();
  }

  private PodResource resource() {
    return client.pods().inNamespace(Cluster.NAMESPACE).withName(name);
  }

  @Override
  public void close() {
    resource().withGracePeriod(0).delete();
    Awaitility.await("pod " + name + " is gone")
        .atMost(Duration.ofMinutes(1))
        .until(() -> resource().get() == null);
  }
}
