package dev.keelson.operator;

import dev.keelson.operator.database.AdminDatabase;
import dev.keelson.runtime.health.Health;
import dev.keelson.runtime.health.HealthServer;
import dev.keelson.runtime.lifecycle.BuildInfo;
import dev.keelson.runtime.lifecycle.Lifecycle;
import dev.keelson.runtime.lifecycle.Process;
import dev.keelson.runtime.metrics.Metrics;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.io.IOException;

/** The operator's process. */
public final class OperatorMain {
  private OperatorMain() {}

  public static void main(String[] arguments) {
    Process.run("keelson-operator", arguments, OperatorConfig::read, OperatorMain::start);
  }

  private static void start(OperatorConfig config, Lifecycle lifecycle) throws IOException {
    Health health = new Health();
    Metrics metrics = new Metrics(BuildInfo.version()).withVirtualMachine();
    lifecycle.add("health", HealthServer.start(config.healthListen().resolve(), health, metrics));
    KubernetesClient client =
        lifecycle.add("kubernetes client", new KubernetesClientBuilder().build());
    KeelsonOperator operator =
        new KeelsonOperator(
            config,
            client,
            new AdminDatabase(config.databaseDeadline()),
            metrics,
            health.part("watches"),
            lifecycle::fail);
    lifecycle.add("operator", operator);
    operator.start();
  }
}
