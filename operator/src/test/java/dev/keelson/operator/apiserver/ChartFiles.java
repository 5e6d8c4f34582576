package dev.keelson.operator.apiserver;

import dev.keelson.crds.v1alpha1.DatabaseCluster;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.authentication.TokenRequestBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.awaitility.Awaitility;

/** What the operator's chart brings. */
public final class ChartFiles {
  /** Names the release, and so the account and the lease. */
  public static final String RELEASE = "keelson-operator";

  private ChartFiles() {}

  /** Installs the custom resource definitions as the chart has them. */
  public static void installDefinitions(KubernetesClient client) throws IOException {
    Path file =
        Tools.root().resolve("helm/keelson-operator/crds/databaseclusters.keelson.dev-v1.yml");
    try (InputStream content = Files.newInputStream(file)) {
      client.load(content).serverSideApply();
    }
    Awaitility.await("the definition is served")
        .atMost(Duration.ofSeconds(20))
        .ignoreExceptions()
        .until(() -> client.resources(DatabaseCluster.class).inAnyNamespace().list() != null);
  }

  /**
   * Installs what the chart renders into a namespace, but for the operator itself, and answers with
   * a token of the operator's account.
   */
  public static String installRights(KubernetesClient client, String namespace, String... settings)
      throws IOException, InterruptedException {
    for (var object : client.load(render(namespace, settings)).items()) {
      if (!object.getKind().equals("Deployment")) {
        client.resource(object).inNamespace(namespaceOf(object, namespace)).serverSideApply();
      }
    }
    return client
        .serviceAccounts()
        .inNamespace(namespace)
        .withName(RELEASE)
        .tokenRequest(
            new TokenRequestBuilder().withNewSpec().withExpirationSeconds(3600L).endSpec().build())
        .getStatus()
        .getToken();
  }

  private static String namespaceOf(HasMetadata object, String otherwise) {
    String own = object.getMetadata().getNamespace();
    return own == null ? otherwise : own;
  }

  private static InputStream render(String namespace, String... settings)
      throws IOException, InterruptedException {
    List<String> command =
        new ArrayList<>(
            List.of(
                Tools.install("helm").path("helm"),
                "template",
                RELEASE,
                Tools.root().resolve("helm/keelson-operator").toString(),
                "--namespace=" + namespace,
                "--kube-version=1.34.4",
                "--no-hooks"));
    for (String setting : settings) {
      command.add("--set=" + setting);
    }
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    byte[] yaml = process.getInputStream().readAllBytes();
    if (process.waitFor() != 0) {
      throw new IllegalStateException("helm could not render: " + command);
    }
    return new ByteArrayInputStream(yaml);
  }
}
