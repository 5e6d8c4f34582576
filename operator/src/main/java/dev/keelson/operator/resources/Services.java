package dev.keelson.operator.resources;

import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.fabric8.kubernetes.api.model.ServicePort;
import io.fabric8.kubernetes.api.model.ServicePortBuilder;

/** The host names of a cluster. */
final class Services {
  private Services() {}

  /** Names of data nodes; peers must find each other before they are ready. */
  static Service dataNodes(Wish wish) {
    return headless(
        wish,
        Component.DATA_NODE,
        wish.names().dataNodesService(),
        true,
        port("grpc", Ports.DATA_NODE),
        port("health", Ports.HEALTH));
  }

  /** The one address for applications. */
  static Service router(Wish wish) {
    return addressed(wish, Component.ROUTER, wish.names().router(), port("grpc", Ports.ROUTER));
  }

  /** All ready routers, for clients that balance by themselves. */
  static Service routers(Wish wish) {
    return headless(
        wish,
        Component.ROUTER,
        wish.names().routersService(),
        false,
        port("grpc", Ports.ROUTER),
        port("health", Ports.HEALTH));
  }

  /** Names of etcd members; they too must find each other before they are ready. */
  static Service etcdMembers(Wish wish) {
    return headless(
        wish,
        Component.ETCD,
        wish.names().etcd(),
        true,
        port("client", Ports.ETCD_CLIENT),
        port("peer", Ports.ETCD_PEER));
  }

  /** The one address of etcd for data nodes and routers. */
  static Service etcdClient(Wish wish) {
    return addressed(
        wish, Component.ETCD, wish.names().etcdClientService(), port("client", Ports.ETCD_CLIENT));
  }

  private static Service headless(
      Wish wish, Component component, String name, boolean alsoNotReady, ServicePort... ports) {
    return service(wish, component, name, ports)
        .editSpec()
        .withClusterIP("None")
        .withPublishNotReadyAddresses(alsoNotReady ? true : null)
        .endSpec()
        .build();
  }

  private static Service addressed(
      Wish wish, Component component, String name, ServicePort... ports) {
    return service(wish, component, name, ports).build();
  }

  private static ServiceBuilder service(
      Wish wish, Component component, String name, ServicePort... ports) {
    return new ServiceBuilder()
        .withMetadata(Labels.metadata(wish, name, Labels.of(wish, component)))
        .withNewSpec()
        .withType("ClusterIP")
        .withSelector(Labels.selector(wish, component))
        .withPorts(ports)
        .endSpec();
  }

  private static ServicePort port(String name, int number) {
    return new ServicePortBuilder()
        .withName(name)
        .withPort(number)
        .withTargetPort(new IntOrString(name))
        .withProtocol("TCP")
        .build();
  }
}
