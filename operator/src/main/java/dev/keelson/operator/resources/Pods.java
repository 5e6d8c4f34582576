package dev.keelson.operator.resources;

import io.fabric8.kubernetes.api.model.Capabilities;
import io.fabric8.kubernetes.api.model.CapabilitiesBuilder;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.ContainerPort;
import io.fabric8.kubernetes.api.model.ContainerPortBuilder;
import io.fabric8.kubernetes.api.model.PodSecurityContext;
import io.fabric8.kubernetes.api.model.PodSecurityContextBuilder;
import io.fabric8.kubernetes.api.model.PodSpecBuilder;
import io.fabric8.kubernetes.api.model.Probe;
import io.fabric8.kubernetes.api.model.ProbeBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import io.fabric8.kubernetes.api.model.ResourceRequirementsBuilder;
import io.fabric8.kubernetes.api.model.SecurityContext;
import io.fabric8.kubernetes.api.model.SecurityContextBuilder;
import io.fabric8.kubernetes.api.model.TopologySpreadConstraint;
import io.fabric8.kubernetes.api.model.TopologySpreadConstraintBuilder;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What all pods have in common: no privileges, little scratch space, probes. */
final class Pods {
  static final String HOST_TOPOLOGY = "kubernetes.io/hostname";
  static final String ZONE_TOPOLOGY = "topology.kubernetes.io/zone";

  private static final long USER = 10001;
  private static final String SCRATCH_VOLUME = "tmp";

  private Pods() {}

  /** The pod's part of the template; the caller adds containers, volumes and where it may run. */
  static PodSpecBuilder pod(Wish wish, Component component) {
    return new PodSpecBuilder()
        .withServiceAccountName(wish.names().account(component))
        .withAutomountServiceAccountToken(false)
        // Variables named after Services would read as settings of ours: KEELSON_PORT and the like.
        .withEnableServiceLinks(false)
        .withSecurityContext(withoutPrivileges())
        .addNewVolume()
        .withName(SCRATCH_VOLUME)
        .withNewEmptyDir()
        .withSizeLimit(new Quantity("256Mi"))
        .endEmptyDir()
        .endVolume();
  }

  /** The container's part of the template. */
  static ContainerBuilder container(Wish wish, Component component) {
    return new ContainerBuilder()
        .withName(component.word())
        .withImage(wish.image())
        .withImagePullPolicy(wish.spec().imagePullPolicy().word())
        .withTerminationMessagePolicy("FallbackToLogsOnError")
        .withSecurityContext(readOnly())
        .addNewVolumeMount()
        .withName(SCRATCH_VOLUME)
        .withMountPath("/tmp")
        .endVolumeMount();
  }

  private static PodSecurityContext withoutPrivileges() {
    return new PodSecurityContextBuilder()
        .withRunAsNonRoot(true)
        .withRunAsUser(USER)
        .withRunAsGroup(USER)
        .withFsGroup(USER)
        .withFsGroupChangePolicy("OnRootMismatch")
        .withNewSeccompProfile()
        .withType("RuntimeDefault")
        .endSeccompProfile()
        .build();
  }

  private static SecurityContext readOnly() {
    Capabilities none = new CapabilitiesBuilder().withDrop("ALL").build();
    return new SecurityContextBuilder()
        .withAllowPrivilegeEscalation(false)
        .withReadOnlyRootFilesystem(true)
        .withCapabilities(none)
        .build();
  }

  static ContainerPort port(String name, int number) {
    return new ContainerPortBuilder()
        .withName(name)
        .withContainerPort(number)
        .withProtocol("TCP")
        .build();
  }

  /** Five minutes to come up: a data node replays its journal first. */
  static Probe startup(String path, String port) {
    return probe(path, port).withPeriodSeconds(2).withFailureThreshold(150).build();
  }

  /**
   * Asks only whether the process is alive; one that lost its quorum is, and must not be killed.
   */
  static Probe liveness(String path, String port) {
    return probe(path, port).withPeriodSeconds(10).withFailureThreshold(6).build();
  }

  /** Decides who gets traffic, so it is quick in both directions. */
  static Probe readiness(String path, String port) {
    return probe(path, port).withPeriodSeconds(2).withFailureThreshold(3).build();
  }

  private static ProbeBuilder probe(String path, String port) {
    return new ProbeBuilder()
        .withNewHttpGet()
        .withPath(path)
        .withNewPort(port)
        .withScheme("HTTP")
        .endHttpGet()
        .withTimeoutSeconds(5)
        .withSuccessThreshold(1);
  }

  /**
   * What the user asks for, or enough to begin with. Memory has a limit: the heap is sized by it.
   */
  static ResourceRequirements resources(
      @Nullable ResourceRequirements asked, String processor, String memory) {
    if (asked != null) {
      return asked;
    }
    return new ResourceRequirementsBuilder()
        .addToRequests("cpu", new Quantity(processor))
        .addToRequests("memory", new Quantity(memory))
        .addToLimits("memory", new Quantity(memory))
        .build();
  }

  /** Prefers, never demands: a cluster with fewer hosts than pods is better than none. */
  static TopologySpreadConstraint spread(String topology, Map<String, String> selector) {
    return new TopologySpreadConstraintBuilder()
        .withMaxSkew(1)
        .withTopologyKey(topology)
        .withWhenUnsatisfiable("ScheduleAnyway")
        .withNewLabelSelector()
        .withMatchLabels(selector)
        .endLabelSelector()
        .build();
  }
}
