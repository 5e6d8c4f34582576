package dev.keelson.operator.resources;

import dev.keelson.crds.v1alpha1.Zone;
import io.fabric8.kubernetes.api.model.Affinity;
import io.fabric8.kubernetes.api.model.AffinityBuilder;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.PodTemplateSpecBuilder;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.apps.StatefulSetBuilder;

/**
 * The data nodes of one zone. Pods are replaced only when somebody deletes them (OnDelete), for
 * which one may go is not for a StatefulSet to know; and they start all at once, for after a power
 * cut each needs the others.
 */
final class DataNodes {
  static final String DIRECTORY = "/var/lib/keelson";

  private DataNodes() {}

  static StatefulSet statefulSet(Wish wish, Zone zone) {
    String name = wish.names().dataNodes(zone.name());
    var labels = Labels.ofZone(wish, zone.name());
    return new StatefulSetBuilder()
        .withMetadata(Labels.metadata(wish, name, labels))
        .withNewSpec()
        .withReplicas(wish.nodes(zone))
        .withServiceName(wish.names().dataNodesService())
        .withPodManagementPolicy("Parallel")
        .withNewUpdateStrategy()
        .withType("OnDelete")
        .endUpdateStrategy()
        .withNewPersistentVolumeClaimRetentionPolicy("Retain", "Retain")
        .withNewSelector()
        .withMatchLabels(Labels.zoneSelector(wish, zone.name()))
        .endSelector()
        .withTemplate(template(wish, zone))
        .withVolumeClaimTemplates(Volumes.template(wish, name, wish.spec().storage(), labels))
        .endSpec()
        .build();
  }

  private static PodTemplateSpec template(Wish wish, Zone zone) {
    var selector = Labels.zoneSelector(wish, zone.name());
    return new PodTemplateSpecBuilder()
        .withNewMetadata()
        .withLabels(Labels.ofZone(wish, zone.name()))
        .addToAnnotations(Labels.CONFIG, Settings.hash(wish))
        .endMetadata()
        .withSpec(
            Pods.pod(wish, Component.DATA_NODE)
                .withTerminationGracePeriodSeconds(60L)
                .withAffinity(onlyIn(zone))
                .withTopologySpreadConstraints(Pods.spread(Pods.HOST_TOPOLOGY, selector))
                .withContainers(container(wish, zone))
                .build())
        .build();
  }

  private static Container container(Wish wish, Zone zone) {
    return Pods.container(wish, Component.DATA_NODE)
        .withCommand("keelson-datanode")
        .withEnv(Settings.ofDataNode(wish, zone.name()))
        .withPorts(Pods.port("grpc", Ports.DATA_NODE), Pods.port("health", Ports.HEALTH))
        .withResources(Pods.resources(wish.spec().resources(), "500m", "2Gi"))
        .withStartupProbe(Pods.startup("/live", "health"))
        .withLivenessProbe(Pods.liveness("/live", "health"))
        .withReadinessProbe(Pods.readiness("/ready", "health"))
        .addNewVolumeMount()
        .withName(Names.DATA_VOLUME)
        .withMountPath(DIRECTORY)
        .endVolumeMount()
        .build();
  }

  /** A node that says that it is in a zone must be there, or replicas share a fate unknowingly. */
  private static Affinity onlyIn(Zone zone) {
    return new AffinityBuilder()
        .withNewNodeAffinity()
        .withNewRequiredDuringSchedulingIgnoredDuringExecution()
        .addNewNodeSelectorTerm()
        .addNewMatchExpression()
        .withKey(Pods.ZONE_TOPOLOGY)
        .withOperator("In")
        .withValues(zone.name())
        .endMatchExpression()
        .endNodeSelectorTerm()
        .endRequiredDuringSchedulingIgnoredDuringExecution()
        .endNodeAffinity()
        .build();
  }
}
