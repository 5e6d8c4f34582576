package dev.keelson.operator;

import dev.keelson.operator.database.Database;
import dev.keelson.runtime.config.Config;
import dev.keelson.runtime.health.Health;
import dev.keelson.runtime.metrics.Metrics;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Duration;
import java.util.Map;
import org.awaitility.Awaitility;

/** An operator in this JVM, counted by its own metrics. */
final class RunningOperator implements AutoCloseable {
  private final KubernetesClient client;
  private final KeelsonOperator operator;
  private final Metrics metrics;

  private RunningOperator(KubernetesClient client, KeelsonOperator operator, Metrics metrics) {
    this.client = client;
    this.operator = operator;
    this.metrics = metrics;
  }

  static RunningOperator start(
      KubernetesClient client, String namespace, String identity, Database database) {
    OperatorConfig config =
        Config.of(
            Map.of(
                "operator.database-image", "keelson:test",
                "operator.lease-namespace", namespace,
                "operator.lease-name", "keelson-operator",
                "operator.identity", identity,
                "operator.lease-duration", "6s",
                "operator.lease-renew-deadline", "4s",
                "operator.lease-retry", "1s"),
            OperatorConfig::read);
    Metrics metrics = new Metrics("test");
    KeelsonOperator operator =
        new KeelsonOperator(
            config, client, database, metrics, new Health().part("watches"), (code, why, e) -> {});
    operator.start();
    return new RunningOperator(client, operator, metrics);
  }

  double reconciliations() {
    return ended("done") + ended("stalled");
  }

  private double ended(String end) {
    Double value =
        metrics
            .registry()
            .getSampleValue(
                "keelson_operator_reconciliations_total", new String[] {"end"}, new String[] {end});
    return value == null ? 0 : value;
  }

  void awaitReconciliations(int more) {
    double until = reconciliations() + more;
    Awaitility.await()
        .atMost(Duration.ofSeconds(60))
        .pollInterval(Duration.ofMillis(100))
        .until(() -> reconciliations() >= until);
  }

  @Override
  public void close() {
    operator.close();
    client.close();
  }
}
