package dev.keelson.operator.resources;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.ServiceAccountBuilder;
import java.util.ArrayList;
import java.util.List;

/**
 * Every object of a cluster, in the order in which they are applied: what is needed comes first.
 */
public final class ClusterObjects {
  private ClusterObjects() {}

  public static List<HasMetadata> of(Wish wish) {
    List<HasMetadata> objects = new ArrayList<>();
    Component.of(wish.cluster()).forEach(component -> objects.add(account(wish, component)));
    objects.add(Settings.configMap(wish));
    objects.addAll(services(wish));
    Component.of(wish.cluster())
        .forEach(component -> Budgets.of(wish, component).ifPresent(objects::add));
    wish.spec()
        .etcd()
        .managedByOperator()
        .ifPresent(etcd -> objects.add(EtcdMembers.statefulSet(wish, etcd)));
    wish.spec().zones().forEach(zone -> objects.add(DataNodes.statefulSet(wish, zone)));
    objects.add(RouterPods.deployment(wish));
    return objects;
  }

  private static List<HasMetadata> services(Wish wish) {
    List<HasMetadata> services = new ArrayList<>();
    if (Names.managesEtcd(wish.cluster())) {
      services.add(Services.etcdMembers(wish));
      services.add(Services.etcdClient(wish));
    }
    services.add(Services.dataNodes(wish));
    services.add(Services.router(wish));
    services.add(Services.routers(wish));
    return services;
  }

  /** An account of its own for each kind of process, with no right at all and no token. */
  private static ServiceAccount account(Wish wish, Component component) {
    return new ServiceAccountBuilder()
        .withMetadata(
            Labels.metadata(wish, wish.names().account(component), Labels.of(wish, component)))
        .withAutomountServiceAccountToken(false)
        .build();
  }
}
