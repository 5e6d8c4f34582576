package dev.keelson.operator.cluster;

import dev.keelson.crds.v1alpha1.DatabaseCluster;
import dev.keelson.crds.v1alpha1.DatabaseClusterStatus;
import dev.keelson.crds.v1alpha1.LeavingNode;
import dev.keelson.crds.v1alpha1.MemberStatus;
import dev.keelson.crds.v1alpha1.Phase;
import dev.keelson.crds.v1alpha1.ShardSummary;
import dev.keelson.operator.database.DatabaseReport;
import dev.keelson.operator.resources.Names;
import dev.keelson.operator.resources.ObjectKey;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The status, drawn from what was seen and done. Pure. */
final class StatusReport {
  private final DatabaseCluster cluster;
  private final Instant now;

  StatusReport(DatabaseCluster cluster, Instant now) {
    this.cluster = cluster;
    this.now = now;
  }

  /** After a plan was carried out. */
  DatabaseClusterStatus done(Observation observation, Carrying.Result result) {
    PodGroups groups = new PodGroups(cluster, result.objects());
    Departures departures = Departures.of(cluster, Planner.scaling(cluster, observation), now);
    List<Finding> findings = new ArrayList<>(departures.findings());
    findings.addAll(Findings.of(cluster, groups, observation, result.changes().size()));
    return status(observation, result.objects(), departures.leaving(), findings);
  }

  /** When nothing was written, because somebody must do something first. */
  DatabaseClusterStatus stalled(Observation observation, List<Problem> problems) {
    List<Finding> findings =
        problems.stream()
            .map(problem -> Finding.waiting(problem.reason(), problem.sentence()))
            .toList();
    List<LeavingNode> before =
        cluster.getStatus() == null ? List.of() : cluster.getStatus().leaving();
    return status(observation, owned(observation), before, findings);
  }

  /** When the API server did not do what was asked; what was known before still stands. */
  DatabaseClusterStatus failed(KubernetesClientException error) {
    Finding finding = Refusals.finding(error);
    DatabaseClusterStatus before = cluster.getStatus();
    Availability unknown =
        new Availability("Unknown", finding.reason(), "nobody has looked since the failure");
    return new DatabaseClusterStatus(
        cluster.getMetadata().getGeneration(),
        finding.waitsForSomebody()
            ? Phase.STALLED
            : before == null ? Phase.CREATING : before.phase(),
        Names.of(cluster).endpoint(),
        before == null ? null : before.clusterId(),
        before == null ? null : before.data(),
        before == null ? null : before.image(),
        before == null ? null : before.dataNodes(),
        before == null ? null : before.routers(),
        before == null ? null : before.etcd(),
        before == null ? null : before.shards(),
        before == null ? List.of() : before.members(),
        before == null ? List.of() : before.leaving(),
        new Conditions(cluster, now).of(List.of(finding), unknown));
  }

  private Map<ObjectKey, HasMetadata> owned(Observation observation) {
    return observation.objects().entrySet().stream()
        .filter(entry -> Ownership.isOwned(entry.getValue(), cluster))
        .collect(Collectors.toUnmodifiableMap(Map.Entry::getKey, Map.Entry::getValue));
  }

  private DatabaseClusterStatus status(
      Observation observation,
      Map<ObjectKey, HasMetadata> objects,
      List<LeavingNode> leaving,
      List<Finding> findings) {
    PodGroups groups = new PodGroups(cluster, objects);
    Availability availability = Availability.of(observation.database());
    return new DatabaseClusterStatus(
        cluster.getMetadata().getGeneration(),
        phase(findings, availability),
        Names.of(cluster).endpoint(),
        clusterId(observation.database()),
        Planner.data(cluster, observation),
        image(objects),
        groups.dataNodes(),
        groups.routers(),
        groups.etcd().orElse(null),
        shards(observation.database()),
        members(observation.database()),
        leaving,
        new Conditions(cluster, now).of(findings, availability));
  }

  private Phase phase(List<Finding> findings, Availability availability) {
    if (findings.isEmpty()) {
      return Phase.READY;
    }
    if (findings.stream().anyMatch(Finding::waitsForSomebody)) {
      return Phase.STALLED;
    }
    if (availability.isTrue()) {
      return Phase.DEGRADED;
    }
    return hasServed() ? Phase.UNAVAILABLE : Phase.CREATING;
  }

  private boolean hasServed() {
    DatabaseClusterStatus before = cluster.getStatus();
    return before != null && before.clusterId() != null;
  }

  /** Once known it stays known: the database out of reach is still the same database. */
  private @Nullable String clusterId(DatabaseReport report) {
    if (report instanceof DatabaseReport.Reached reached
        && !reached.description().getClusterId().isEmpty()) {
      return reached.description().getClusterId();
    }
    return cluster.getStatus() == null ? null : cluster.getStatus().clusterId();
  }

  private static @Nullable String image(Map<ObjectKey, HasMetadata> objects) {
    return objects.values().stream()
        .filter(StatefulSet.class::isInstance)
        .map(StatefulSet.class::cast)
        .map(set -> set.getSpec().getTemplate().getSpec().getContainers().get(0).getImage())
        .findFirst()
        .orElse(null);
  }

  private static @Nullable ShardSummary shards(DatabaseReport report) {
    return switch (report) {
      case DatabaseReport.Reached reached -> Shards.summary(reached.description());
      case DatabaseReport.Unreachable _ -> null;
    };
  }

  /** The last known members stay: who they are is still true, and their health is Unknown. */
  private List<MemberStatus> members(DatabaseReport report) {
    return switch (report) {
      case DatabaseReport.Reached reached -> Shards.members(reached.description());
      case DatabaseReport.Unreachable _ ->
          cluster.getStatus() == null
              ? List.of()
              : cluster.getStatus().members().stream().map(MemberStatus::unknown).toList();
    };
  }
}
