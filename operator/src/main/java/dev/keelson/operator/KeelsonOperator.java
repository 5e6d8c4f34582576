package dev.keelson.operator;

import dev.keelson.crds.v1alpha1.DatabaseCluster;
import dev.keelson.operator.cluster.ClusterReconciler;
import dev.keelson.operator.database.Database;
import dev.keelson.operator.kubernetes.Applier;
import dev.keelson.operator.kubernetes.ClusterEvents;
import dev.keelson.operator.kubernetes.Leadership;
import dev.keelson.runtime.health.Health;
import dev.keelson.runtime.lifecycle.ExitCode;
import dev.keelson.runtime.metrics.Metrics;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.extended.leaderelection.LeaderCallbacks;
import io.javaoperatorsdk.operator.Operator;
import io.javaoperatorsdk.operator.api.config.ConfigurationServiceOverrider;
import io.javaoperatorsdk.operator.api.config.ControllerConfigurationOverrider;
import io.javaoperatorsdk.operator.api.config.LeaderElectionConfiguration;
import io.javaoperatorsdk.operator.api.config.LeaderElectionConfigurationBuilder;
import io.javaoperatorsdk.operator.processing.event.rate.LinearRateLimiter;
import io.javaoperatorsdk.operator.processing.retry.GenericRetry;
import java.time.Clock;
import java.time.Duration;
import java.util.Set;
import java.util.UUID;

/**
 * The operator: watches in every process, acts only in the one that holds the lease. Who loses the
 * lease writes nothing more and ends.
 */
public final class KeelsonOperator implements AutoCloseable {
  private static final int CLUSTERS_AT_ONCE = 8;

  /** Told when the operator cannot go on; matches {@code Lifecycle::fail}. */
  public interface Failed {
    void fail(ExitCode code, String why, Throwable cause);
  }

  private final OperatorConfig config;
  private final KubernetesClient client;
  private final Health.Part health;
  private final Failed failed;
  private final Leadership leadership = new Leadership();
  private final String identity;
  private final Operator operator;

  public KeelsonOperator(
      OperatorConfig config,
      KubernetesClient client,
      Database database,
      Metrics metrics,
      Health.Part health,
      Failed failed) {
    this.config = config;
    this.client = client;
    this.health = health;
    this.failed = failed;
    this.identity =
        config.identity().isEmpty() ? "keelson-operator-" + UUID.randomUUID() : config.identity();
    this.operator = new Operator(this::configure);
    ClusterReconciler reconciler =
        new ClusterReconciler(
            client,
            new Applier(client, leadership),
            leadership,
            database,
            new ClusterEvents(client, Clock.systemUTC(), identity),
            metrics.registry(),
            Clock.systemUTC(),
            config.databaseImage());
    operator.register(reconciler, this::configureController);
  }

  /** Returns when the watches have seen everything; acts as soon as it holds the lease. */
  public void start() {
    operator.start();
    health.ready();
  }

  @Override
  public void close() {
    health.notReady("stopping");
    leadership.end();
    operator.stop();
  }

  private void configure(ConfigurationServiceOverrider overrider) {
    overrider
        .withKubernetesClient(client)
        .withCloseClientOnStop(false)
        .withConcurrentReconciliationThreads(CLUSTERS_AT_ONCE)
        .withUseSSAToPatchPrimaryResource(true)
        .withCacheSyncTimeout(Duration.ofMinutes(1))
        .withReconciliationTerminationTimeout(Duration.ofSeconds(5))
        .withStopOnInformerErrorDuringStartup(true)
        .withInformerStoppedHandler(
            (informer, cause) -> {
              if (cause != null) {
                failed.fail(ExitCode.FAILED, "a watch ended", cause);
              }
            })
        .withLeaderElectionConfiguration(election());
  }

  private LeaderElectionConfiguration election() {
    String namespace =
        config.leaseNamespace().isEmpty() ? client.getNamespace() : config.leaseNamespace();
    return LeaderElectionConfigurationBuilder.aLeaderElectionConfiguration(config.leaseName())
        .withLeaseNamespace(namespace == null ? "default" : namespace)
        .withIdentity(identity)
        .withLeaseDuration(config.leaseTimes().duration())
        .withRenewDeadline(config.leaseTimes().renewDeadline())
        .withRetryPeriod(config.leaseTimes().retry())
        .withExitOnStopLeading(false)
        .withLeaderCallbacks(new LeaderCallbacks(leadership::begin, this::lostLease, holder -> {}))
        .build();
  }

  private void lostLease() {
    if (leadership.end()) {
      failed.fail(
          ExitCode.FAILED, "the lease was lost", new IllegalStateException("not the leader"));
    }
  }

  private void configureController(ControllerConfigurationOverrider<DatabaseCluster> controller) {
    controller
        .withName("databasecluster")
        .withFieldManager(Applier.FIELD_MANAGER)
        .withRetry(backoff())
        .withRateLimiter(new LinearRateLimiter(Duration.ofSeconds(2), 2));
    if (config.namespaces().isEmpty()) {
      controller.watchingAllNamespaces();
    } else {
      controller.settingNamespaces(Set.copyOf(config.namespaces()));
    }
  }

  /** From a second to a minute, for as long as it takes. */
  private static GenericRetry backoff() {
    return new GenericRetry()
        .setInitialInterval(Duration.ofSeconds(1).toMillis())
        .setIntervalMultiplier(2)
        .setMaxInterval(Duration.ofMinutes(1).toMillis())
        .withoutMaxAttempts();
  }
}
