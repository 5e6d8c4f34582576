package dev.keelson.operator.resources;

import io.fabric8.kubernetes.api.model.Affinity;
import io.fabric8.kubernetes.api.model.AffinityBuilder;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.PodTemplateSpecBuilder;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;

/** The routers. They keep nothing, so Kubernetes may replace them: a new one first, then an old. */
final class RouterPods {
  private RouterPods() {}

  static Deployment deployment(Wish wish) {
    return new DeploymentBuilder()
        .withMetadata(
            Labels.metadata(wish, wish.names().router(), Labels.of(wish, Component.ROUTER)))
        .withNewSpec()
        .withReplicas(wish.spec().routers().replicas())
        .withRevisionHistoryLimit(3)
        .withNewStrategy()
        .withType("RollingUpdate")
        .withNewRollingUpdate()
        .withMaxSurge(new IntOrString(1))
        .withMaxUnavailable(new IntOrString(0))
        .endRollingUpdate()
        .endStrategy()
        .withNewSelector()
        .withMatchLabels(Labels.selector(wish, Component.ROUTER))
        .endSelector()
        .withTemplate(template(wish))
        .endSpec()
        .build();
  }

  private static PodTemplateSpec template(Wish wish) {
    var selector = Labels.selector(wish, Component.ROUTER);
    return new PodTemplateSpecBuilder()
        .withNewMetadata()
        .withLabels(Labels.of(wish, Component.ROUTER))
        .addToAnnotations(Labels.CONFIG, Settings.hash(wish))
        .endMetadata()
        .withSpec(
            Pods.pod(wish, Component.ROUTER)
                .withTerminationGracePeriodSeconds(30L)
                .withTopologySpreadConstraints(
                    Pods.spread(Pods.ZONE_TOPOLOGY, selector),
                    Pods.spread(Pods.HOST_TOPOLOGY, selector))
                .withAffinity(besideDataNodes(wish))
                .withContainers(container(wish))
                .build())
        .build();
  }

  /** A router learns its zone from a data node on its host, and reads there without a hop. */
  private static Affinity besideDataNodes(Wish wish) {
    return new AffinityBuilder()
        .withNewPodAffinity()
        .addNewPreferredDuringSchedulingIgnoredDuringExecution()
        .withWeight(50)
        .withNewPodAffinityTerm()
        .withTopologyKey(Pods.HOST_TOPOLOGY)
        .withNewLabelSelector()
        .withMatchLabels(Labels.selector(wish, Component.DATA_NODE))
        .endLabelSelector()
        .endPodAffinityTerm()
        .endPreferredDuringSchedulingIgnoredDuringExecution()
        .endPodAffinity()
        .build();
  }

  private static Container container(Wish wish) {
    return Pods.container(wish, Component.ROUTER)
        .withCommand("keelson-router")
        .withEnv(Settings.ofRouter(wish))
        .withPorts(Pods.port("grpc", Ports.ROUTER), Pods.port("health", Ports.HEALTH))
        .withResources(Pods.resources(wish.spec().routers().resources(), "250m", "768Mi"))
        .withStartupProbe(Pods.startup("/live", "health"))
        .withLivenessProbe(Pods.liveness("/live", "health"))
        .withReadinessProbe(Pods.readiness("/ready", "health"))
        .build();
  }
}
