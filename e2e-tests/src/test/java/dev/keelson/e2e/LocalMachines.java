package dev.keelson.e2e;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** The Kubernetes nodes of hack/k8s: processes of this machine that can be killed together. */
final class LocalMachines {
  private static final String STATE = "/var/lib/keelson-k8s/";

  private LocalMachines() {}

  /** Whether the Kubernetes that KUBECONFIG names is one of hack/k8s. */
  static boolean areThese() {
    String config = System.getenv("KUBECONFIG");
    return config != null && Path.of(config).toAbsolutePath().normalize().startsWith(STATE);
  }

  /** Kubelet, container runtime and all pods at once, as when the power fails. */
  static void kill(String node) throws IOException, InterruptedException {
    run("kill", node);
  }

  static void start(String node) throws IOException, InterruptedException {
    run("start", node);
  }

  private static void run(String action, String node) throws IOException, InterruptedException {
    ProcessBuilder builder =
        new ProcessBuilder(Cluster.root().resolve("hack/k8s/node.sh").toString(), action, node);
    builder.environment().put("KEELSON_K8S", name());
    Process process = builder.inheritIO().start();
    if (!process.waitFor(3, TimeUnit.MINUTES) || process.exitValue() != 0) {
      process.destroyForcibly();
      throw new IllegalStateException("node.sh " + action + " " + node + " failed");
    }
  }

  private static String name() {
    // …/NAME/kubeconfig, as hack/k8s/up.sh makes it.
    Path kubeconfig = Path.of(System.getenv("KUBECONFIG")).toAbsolutePath();
    return kubeconfig.getName(kubeconfig.getNameCount() - 2).toString();
  }
}
