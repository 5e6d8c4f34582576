package dev.keelson.operator.apiserver;

import dev.keelson.crds.v1alpha1.DatabaseCluster;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.awaitility.Awaitility;

/** What the operator's chart brings. */
public final class ChartFiles {
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
}
