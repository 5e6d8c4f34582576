package dev.keelson.operator.resources;

import dev.keelson.crds.v1alpha1.ManagedEtcd;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.PodTemplateSpecBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.apps.StatefulSetBuilder;
import java.math.BigDecimal;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The managed etcd: members that know each other by host name from the first start, so that any of
 * them, or all at once, may lose their pods and come back. A member whose volume is lost must be
 * replaced by hand for now.
 */
final class EtcdMembers {
  private static final String DIRECTORY = "/var/lib/etcd";
  private static final BigDecimal LARGEST_QUOTA = BigDecimal.valueOf(2L << 30);

  private EtcdMembers() {}

  static StatefulSet statefulSet(Wish wish, ManagedEtcd etcd) {
    String name = wish.names().etcd();
    var labels = Labels.of(wish, Component.ETCD);
    return new StatefulSetBuilder()
        .withMetadata(Labels.metadata(wish, name, labels))
        .withNewSpec()
        .withReplicas(etcd.members())
        .withServiceName(name)
        // All at once: a member becomes ready only when most of them run.
        .withPodManagementPolicy("Parallel")
        .withNewUpdateStrategy()
        .withType("RollingUpdate")
        .endUpdateStrategy()
        .withNewPersistentVolumeClaimRetentionPolicy("Retain", "Retain")
        .withNewSelector()
        .withMatchLabels(Labels.selector(wish, Component.ETCD))
        .endSelector()
        .withTemplate(template(wish, etcd))
        .withVolumeClaimTemplates(Volumes.template(wish, name, etcd.storage(), labels))
        .endSpec()
        .build();
  }

  private static PodTemplateSpec template(Wish wish, ManagedEtcd etcd) {
    var selector = Labels.selector(wish, Component.ETCD);
    return new PodTemplateSpecBuilder()
        .withNewMetadata()
        .withLabels(Labels.of(wish, Component.ETCD))
        .endMetadata()
        .withSpec(
            Pods.pod(wish, Component.ETCD)
                .withTerminationGracePeriodSeconds(30L)
                .withTopologySpreadConstraints(
                    Pods.spread(Pods.ZONE_TOPOLOGY, selector),
                    Pods.spread(Pods.HOST_TOPOLOGY, selector))
                .withContainers(container(wish, etcd))
                .build())
        .build();
  }

  private static Container container(Wish wish, ManagedEtcd etcd) {
    return Pods.container(wish, Component.ETCD)
        .withCommand("/usr/local/bin/etcd")
        .withArgs(arguments(wish, etcd))
        .withEnv(Settings.podName("POD_NAME"))
        .withPorts(
            Pods.port("client", Ports.ETCD_CLIENT),
            Pods.port("peer", Ports.ETCD_PEER),
            Pods.port("health", Ports.ETCD_HEALTH))
        .withResources(Pods.resources(etcd.resources(), "100m", "512Mi"))
        .withStartupProbe(Pods.startup("/livez", "health"))
        .withLivenessProbe(Pods.liveness("/livez", "health"))
        .withReadinessProbe(Pods.readiness("/readyz", "health"))
        .addNewVolumeMount()
        .withName(Names.DATA_VOLUME)
        .withMountPath(DIRECTORY)
        .endVolumeMount()
        .build();
  }

  static List<String> arguments(Wish wish, ManagedEtcd etcd) {
    String self = host(wish, "$(POD_NAME)");
    return List.of(
        "--name=$(POD_NAME)",
        "--data-dir=" + DIRECTORY + "/data",
        "--listen-client-urls=http://0.0.0.0:" + Ports.ETCD_CLIENT,
        "--advertise-client-urls=http://" + self + ":" + Ports.ETCD_CLIENT,
        "--listen-peer-urls=http://0.0.0.0:" + Ports.ETCD_PEER,
        "--initial-advertise-peer-urls=http://" + self + ":" + Ports.ETCD_PEER,
        "--listen-metrics-urls=http://0.0.0.0:" + Ports.ETCD_HEALTH,
        "--initial-cluster=" + peers(wish, etcd),
        "--initial-cluster-state=new",
        "--initial-cluster-token=" + wish.data(),
        "--auto-compaction-mode=periodic",
        "--auto-compaction-retention=1h",
        "--quota-backend-bytes=" + quota(etcd));
  }

  private static String peers(Wish wish, ManagedEtcd etcd) {
    return IntStream.range(0, etcd.members())
        .mapToObj(ordinal -> wish.names().etcd() + "-" + ordinal)
        .map(member -> member + "=http://" + host(wish, member) + ":" + Ports.ETCD_PEER)
        .collect(Collectors.joining(","));
  }

  private static String host(Wish wish, String pod) {
    return pod + "." + wish.names().host(wish.names().etcd());
  }

  /** Half of the volume: the rest is for the log, a snapshot and defragmentation. */
  private static long quota(ManagedEtcd etcd) {
    BigDecimal half =
        Quantity.getAmountInBytes(new Quantity(etcd.storage().size())).divide(BigDecimal.TWO);
    return half.min(LARGEST_QUOTA).longValue();
  }
}
