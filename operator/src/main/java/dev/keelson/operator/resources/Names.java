package dev.keelson.operator.resources;

import dev.keelson.crds.v1alpha1.DatabaseCluster;
import dev.keelson.crds.v1alpha1.Etcd;
import dev.keelson.crds.v1alpha1.Zone;
import java.util.List;
import java.util.function.ToIntFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The names of all objects of one cluster. The CRD limits their parts so that none gets too long.
 */
public record Names(String namespace, String cluster) {
  /** The volume in a pod, and so the beginning of the names of its claims. */
  static final String DATA_VOLUME = "data";

  public static Names of(DatabaseCluster cluster) {
    return new Names(cluster.getMetadata().getNamespace(), cluster.getMetadata().getName());
  }

  public String dataNodes(String zone) {
    return cluster + "-data-" + zone;
  }

  /** The headless Service that gives data nodes their host names. */
  public String dataNodesService() {
    return cluster + "-data";
  }

  public String router() {
    return cluster + "-router";
  }

  /** Resolves to every ready router, for clients that balance by themselves. */
  public String routersService() {
    return cluster + "-routers";
  }

  public String etcd() {
    return cluster + "-etcd";
  }

  /** The one stable address of all ready etcd members. */
  public String etcdClientService() {
    return cluster + "-etcd-client";
  }

  public String config() {
    return cluster + "-config";
  }

  public String account(Component component) {
    return switch (component) {
      case DATA_NODE -> dataNodesService();
      case ROUTER -> router();
      case ETCD -> etcd();
    };
  }

  public String budget(Component component) {
    return account(component);
  }

  /** Host name of a Service. Pods complete it with the cluster domain, whatever that is. */
  public String host(String service) {
    return service + "." + namespace + ".svc";
  }

  /** Where applications and the operator reach the database. */
  public String endpoint() {
    return host(router()) + ":" + Ports.ROUTER;
  }

  /** Every object that a cluster like this may need; all are looked at before any is written. */
  public List<ObjectKey> keys(DatabaseCluster resource) {
    return Stream.of(
            Stream.of(
                new ObjectKey(Kind.CONFIG_MAP, config()),
                new ObjectKey(Kind.SERVICE, dataNodesService()),
                new ObjectKey(Kind.SERVICE, router()),
                new ObjectKey(Kind.SERVICE, routersService()),
                new ObjectKey(Kind.DEPLOYMENT, router())),
            resource.getSpec().zones().stream()
                .map(zone -> new ObjectKey(Kind.STATEFUL_SET, dataNodes(zone.name()))),
            managesEtcd(resource) ? etcdKeys() : Stream.<ObjectKey>empty(),
            Component.of(resource).stream()
                .flatMap(
                    component ->
                        Stream.of(
                            new ObjectKey(Kind.SERVICE_ACCOUNT, account(component)),
                            new ObjectKey(Kind.BUDGET, budget(component)))))
        .flatMap(keys -> keys)
        .toList();
  }

  private Stream<ObjectKey> etcdKeys() {
    return Stream.of(
        new ObjectKey(Kind.STATEFUL_SET, etcd()),
        new ObjectKey(Kind.SERVICE, etcd()),
        new ObjectKey(Kind.SERVICE, etcdClientService()));
  }

  /** The claims that the StatefulSets will use, whether they exist or not. */
  public List<String> claims(DatabaseCluster resource) {
    return claims(resource, Zone::nodes);
  }

  /**
   * @param nodes how many data nodes a zone has
   */
  List<String> claims(DatabaseCluster resource, ToIntFunction<Zone> nodes) {
    Stream<String> data =
        resource.getSpec().zones().stream()
            .flatMap(zone -> claims(dataNodes(zone.name()), nodes.applyAsInt(zone)));
    Stream<String> etcd =
        resource.getSpec().etcd().managedByOperator().stream()
            .flatMap(managed -> claims(etcd(), managed.members()));
    return Stream.concat(data, etcd).toList();
  }

  private static Stream<String> claims(String statefulSet, int replicas) {
    return IntStream.range(0, replicas)
        .mapToObj(ordinal -> DATA_VOLUME + "-" + statefulSet + "-" + ordinal);
  }

  /** The name of a data node, and of its pod. */
  public String dataNode(String zone, int ordinal) {
    return dataNodes(zone) + "-" + ordinal;
  }

  static boolean managesEtcd(DatabaseCluster resource) {
    Etcd etcd = resource.getSpec().etcd();
    return etcd.managedByOperator().isPresent();
  }
}
