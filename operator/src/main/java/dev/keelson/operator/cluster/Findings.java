package dev.keelson.operator.cluster;

import dev.keelson.crds.v1alpha1.ConditionReason;
import dev.keelson.crds.v1alpha1.DatabaseCluster;
import dev.keelson.crds.v1alpha1.Replicas;
import dev.keelson.crds.v1alpha1.ShardSummary;
import dev.keelson.operator.database.DatabaseReport;
import dev.keelson.operator.resources.Component;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.ArrayList;
import java.util.List;

/** All ways in which a cluster is not as asked; the first is nearest to the cause of the others. */
final class Findings {
  private final DatabaseCluster cluster;
  private final PodGroups groups;
  private final List<Pod> pods;
  private final List<Finding> findings = new ArrayList<>();

  private Findings(DatabaseCluster cluster, PodGroups groups, List<Pod> pods) {
    this.cluster = cluster;
    this.groups = groups;
    this.pods = pods;
  }

  static List<Finding> of(
      DatabaseCluster cluster, PodGroups groups, Observation observation, int changes) {
    Findings all = new Findings(cluster, groups, observation.pods());
    all.ofKubernetes();
    all.ofDatabase(observation.database());
    all.ofChanges(changes);
    return List.copyOf(all.findings);
  }

  private void ofKubernetes() {
    groups.etcd().ifPresent(this::etcd);
    missing(
        groups.dataNodes(),
        Component.DATA_NODE,
        "data nodes",
        ConditionReason.DATA_NODES_NOT_READY);
    stopping(groups.dataNodes());
    missing(groups.routers(), Component.ROUTER, "routers", ConditionReason.ROUTERS_NOT_READY);
    int outOfDate = groups.outOfDate();
    if (outOfDate > 0) {
      findings.add(
          Finding.waiting(
              ConditionReason.PODS_OUT_OF_DATE,
              outOfDate
                  + " data nodes run an earlier template: delete their pods one at a time, each"
                  + " when the one before is ready again"));
    }
  }

  private void etcd(Replicas etcd) {
    missing(etcd, Component.ETCD, "etcd members", ConditionReason.ETCD_NOT_READY);
  }

  private void missing(
      Replicas replicas, Component component, String what, ConditionReason reason) {
    if (replicas.ready() < replicas.desired()) {
      String trouble = PodTrouble.first(pods, component).map(text -> " (" + text + ")").orElse("");
      findings.add(
          Finding.passing(reason, replicas.summary() + " " + what + " are ready" + trouble));
    }
  }

  private void stopping(Replicas dataNodes) {
    int more = dataNodes.current() - groups.keptDataNodes();
    if (more > 0) {
      findings.add(
          Finding.passing(ConditionReason.REMOVING_NODES, more + " data nodes are stopping"));
    }
  }

  private void ofDatabase(DatabaseReport report) {
    switch (report) {
      case DatabaseReport.Unreachable unreachable ->
          findings.add(
              Finding.passing(
                  ConditionReason.DATABASE_UNREACHABLE,
                  "the database does not answer the operator (" + unreachable.why() + ")"));
      case DatabaseReport.Reached reached -> ofShards(Shards.summary(reached.description()));
    }
  }

  private void ofShards(ShardSummary shards) {
    if (shards.total() < cluster.getSpec().shards()) {
      findings.add(
          Finding.passing(
              ConditionReason.PLACING_SHARDS,
              shards.total() + "/" + cluster.getSpec().shards() + " shards are placed"));
    }
    if (shards.led() < shards.total()) {
      findings.add(
          Finding.passing(
              ConditionReason.SHARDS_WITHOUT_LEADER,
              shards.total() - shards.led() + " shards have no leader and are not served"));
    }
    if (shards.complete() < shards.total()) {
      findings.add(
          Finding.passing(
              ConditionReason.REPLICAS_MISSING,
              shards.total() - shards.complete() + " shards miss the answer of a replica"));
    }
  }

  private void ofChanges(int changes) {
    if (changes > 0 || groups.controllersLag()) {
      findings.add(
          Finding.passing(
              ConditionReason.APPLYING, "Kubernetes has not followed the last change yet"));
    }
  }
}
