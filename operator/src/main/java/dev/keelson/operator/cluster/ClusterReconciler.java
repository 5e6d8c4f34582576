package dev.keelson.operator.cluster;

import dev.keelson.crds.v1alpha1.DatabaseCluster;
import dev.keelson.crds.v1alpha1.DatabaseClusterStatus;
import dev.keelson.crds.v1alpha1.Phase;
import dev.keelson.operator.database.Database;
import dev.keelson.operator.kubernetes.Applier;
import dev.keelson.operator.kubernetes.ClusterEvents;
import dev.keelson.operator.kubernetes.Leadership;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.ErrorStatusUpdateControl;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import io.prometheus.client.CollectorRegistry;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/**
 * Makes Kubernetes match a DatabaseCluster. Each call sees the whole world anew, so it does not
 * matter how the last one ended. JOSDK calls it for one cluster at a time, on a thread that may
 * block.
 */
public final class ClusterReconciler implements Reconciler<DatabaseCluster> {
  /** Everything is well: look again for what no watch tells, the inside of the database. */
  private static final Duration CALM = Duration.ofSeconds(30);

  private static final Duration WAITING = Duration.ofSeconds(5);

  private final Observer observer;
  private final Carrying carrying;
  private final Announcements announcements;
  private final ClusterMetrics metrics;
  private final Clock clock;
  private final String defaultImage;

  /**
   * @param defaultImage for clusters that name none; empty when there is no default
   */
  public ClusterReconciler(
      KubernetesClient client,
      Applier applier,
      Leadership leadership,
      Database database,
      ClusterEvents events,
      CollectorRegistry registry,
      Clock clock,
      String defaultImage) {
    this.observer = new Observer(client, database);
    this.metrics = new ClusterMetrics(registry);
    this.announcements = new Announcements(events, metrics);
    this.carrying = new Carrying(applier, new NodeActs(database, leadership, announcements));
    this.clock = clock;
    this.defaultImage = defaultImage;
  }

  @Override
  public UpdateControl<DatabaseCluster> reconcile(
      DatabaseCluster cluster, Context<DatabaseCluster> context) {
    if (cluster.isMarkedForDeletion()) {
      // Kubernetes removes what the cluster owns; making it anew would fight that.
      return UpdateControl.noUpdate();
    }
    try (var timer = metrics.begin()) {
      return reconcileLiving(cluster, watched(context));
    }
  }

  private UpdateControl<DatabaseCluster> reconcileLiving(
      DatabaseCluster cluster, Observer.Watched watched) {
    Observation observation = observer.observe(cluster, watched);
    List<Problem> problems = Validation.problems(cluster, observation, defaultImage);
    if (!problems.isEmpty()) {
      metrics.ended(ClusterMetrics.End.STALLED);
      return report(cluster, statusReport(cluster).stalled(observation, problems));
    }
    Plan plan = Planner.plan(cluster, observation, defaultImage);
    Carrying.Result result =
        carrying.carryOut(
            cluster, plan, observation, change -> announcements.changed(cluster, change));
    metrics.ended(ClusterMetrics.End.DONE);
    return report(cluster, statusReport(cluster).done(observation, result));
  }

  private StatusReport statusReport(DatabaseCluster cluster) {
    return new StatusReport(cluster, clock.instant());
  }

  private UpdateControl<DatabaseCluster> report(
      DatabaseCluster cluster, DatabaseClusterStatus status) {
    announcements.reported(cluster, status);
    UpdateControl<DatabaseCluster> control =
        status.equals(cluster.getStatus())
            ? UpdateControl.noUpdate()
            : UpdateControl.patchStatus(withStatus(cluster, status));
    return control.rescheduleAfter(status.phase() == Phase.READY ? CALM : WAITING);
  }

  @Override
  public ErrorStatusUpdateControl<DatabaseCluster> updateErrorStatus(
      DatabaseCluster cluster, Context<DatabaseCluster> context, Exception error) {
    metrics.ended(ClusterMetrics.End.FAILED);
    if (!(error instanceof KubernetesClientException refusal)) {
      return ErrorStatusUpdateControl.noStatusUpdate();
    }
    DatabaseClusterStatus status = statusReport(cluster).failed(refusal);
    announcements.reported(cluster, status);
    return status.equals(cluster.getStatus())
        ? ErrorStatusUpdateControl.noStatusUpdate()
        : ErrorStatusUpdateControl.patchStatus(withStatus(cluster, status));
  }

  /** Only what identifies the resource and its status: the rest is not the operator's to apply. */
  private static DatabaseCluster withStatus(DatabaseCluster cluster, DatabaseClusterStatus status) {
    DatabaseCluster patch = new DatabaseCluster();
    patch.getMetadata().setName(cluster.getMetadata().getName());
    patch.getMetadata().setNamespace(cluster.getMetadata().getNamespace());
    patch.getMetadata().setUid(cluster.getMetadata().getUid());
    patch.setStatus(status);
    return patch;
  }

  @Override
  public List<EventSource<?, DatabaseCluster>> prepareEventSources(
      EventSourceContext<DatabaseCluster> context) {
    return Watches.all(context);
  }

  private static Observer.Watched watched(Context<DatabaseCluster> context) {
    return new Observer.Watched() {
      @Override
      public <T extends HasMetadata> Stream<T> of(Class<T> type, DatabaseCluster cluster) {
        return context.getSecondaryResourcesAsStream(type);
      }
    };
  }
}
