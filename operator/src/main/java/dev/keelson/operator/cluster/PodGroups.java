package dev.keelson.operator.cluster;

import dev.keelson.crds.v1alpha1.DatabaseCluster;
import dev.keelson.crds.v1alpha1.ManagedEtcd;
import dev.keelson.crds.v1alpha1.Replicas;
import dev.keelson.operator.resources.Component;
import dev.keelson.operator.resources.Kind;
import dev.keelson.operator.resources.Labels;
import dev.keelson.operator.resources.Names;
import dev.keelson.operator.resources.ObjectKey;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentStatus;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.apps.StatefulSetStatus;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Counts pods as their controllers do. */
final class PodGroups {
  private final DatabaseCluster cluster;
  private final Names names;
  private final Map<ObjectKey, HasMetadata> objects;

  PodGroups(DatabaseCluster cluster, Map<ObjectKey, HasMetadata> objects) {
    this.cluster = cluster;
    this.names = Names.of(cluster);
    this.objects = objects;
  }

  Replicas dataNodes() {
    List<StatefulSet> sets = dataNodeSets();
    return Replicas.of(
        cluster.getSpec().nodeCount(),
        sets.stream().mapToInt(set -> number(status(set).getReplicas())).sum(),
        sets.stream().mapToInt(set -> number(status(set).getReadyReplicas())).sum(),
        Labels.selectorText(cluster, Component.DATA_NODE));
  }

  /** The data nodes that their StatefulSets are told to keep. */
  int keptDataNodes() {
    return dataNodeSets().stream().mapToInt(set -> number(set.getSpec().getReplicas())).sum();
  }

  Replicas routers() {
    DeploymentStatus status =
        deployment().map(Deployment::getStatus).orElseGet(DeploymentStatus::new);
    return Replicas.of(
        cluster.getSpec().routers().replicas(),
        number(status.getReplicas()),
        number(status.getReadyReplicas()),
        Labels.selectorText(cluster, Component.ROUTER));
  }

  Optional<Replicas> etcd() {
    return cluster.getSpec().etcd().managedByOperator().map(this::etcd);
  }

  private Replicas etcd(ManagedEtcd etcd) {
    StatefulSetStatus status =
        set(names.etcd()).map(PodGroups::status).orElseGet(StatefulSetStatus::new);
    return Replicas.of(
        etcd.members(),
        number(status.getReplicas()),
        number(status.getReadyReplicas()),
        Labels.selectorText(cluster, Component.ETCD));
  }

  /** Whether a controller has not yet looked at what was applied last. */
  boolean controllersLag() {
    return deployment()
            .map(d -> d.getStatus() == null || lags(d, d.getStatus().getObservedGeneration()))
            .orElse(false)
        || objects.values().stream()
            .filter(StatefulSet.class::isInstance)
            .map(StatefulSet.class::cast)
            .anyMatch(set -> lags(set, status(set).getObservedGeneration()));
  }

  /** Data nodes that run an earlier template: OnDelete leaves them until somebody deletes them. */
  int outOfDate() {
    return dataNodeSets().stream()
        .map(PodGroups::status)
        .mapToInt(
            status ->
                Math.max(0, number(status.getReplicas()) - number(status.getUpdatedReplicas())))
        .sum();
  }

  private List<StatefulSet> dataNodeSets() {
    return cluster.getSpec().zones().stream()
        .flatMap(zone -> set(names.dataNodes(zone.name())).stream())
        .toList();
  }

  private Optional<StatefulSet> set(String name) {
    return Optional.ofNullable(objects.get(new ObjectKey(Kind.STATEFUL_SET, name)))
        .map(StatefulSet.class::cast);
  }

  private Optional<Deployment> deployment() {
    return Optional.ofNullable(objects.get(new ObjectKey(Kind.DEPLOYMENT, names.router())))
        .map(Deployment.class::cast);
  }

  private static StatefulSetStatus status(StatefulSet set) {
    return set.getStatus() == null ? new StatefulSetStatus() : set.getStatus();
  }

  private static boolean lags(HasMetadata object, @Nullable Long observed) {
    Long generation = object.getMetadata().getGeneration();
    return generation != null && (observed == null || observed < generation);
  }

  private static int number(@Nullable Integer count) {
    return count == null ? 0 : count;
  }
}
