package dev.keelson.operator.resources;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.EnvVarBuilder;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * How the processes are configured. What all share lies in one ConfigMap; each container names the
 * keys it knows, because a process refuses keys that it does not know.
 */
public final class Settings {
  static final String CLUSTER = "KEELSON_CLUSTER";
  static final String ETCD_ENDPOINTS = "KEELSON_ETCD_ENDPOINTS";
  static final String SHARDS = "KEELSON_SHARDS";
  static final String REPLICATION_FACTOR = "KEELSON_REPLICATION_FACTOR";
  static final String EXPECTED_NODES = "KEELSON_CONTROLLER_EXPECTED_NODES";

  private static final Pattern NUMBER = Pattern.compile("\\d{1,6}");
  private static final String SCHEME = "http://";

  static final String KEYSPACE_FACTOR = "KEELSON_KEYSPACE_DEFAULT_REPLICATION_FACTOR";
  static final String KEYSPACE_SHARDS = "KEELSON_KEYSPACE_DEFAULT_SHARDS";

  static final String QUORUM_READS = "KEELSON_ROUTER_QUORUM_READS";

  private static final List<String> OF_ROUTERS =
      List.of(CLUSTER, ETCD_ENDPOINTS, KEYSPACE_FACTOR, KEYSPACE_SHARDS);
  private static final List<String> OF_DATA_NODES =
      List.of(CLUSTER, ETCD_ENDPOINTS, SHARDS, REPLICATION_FACTOR, EXPECTED_NODES);

  private Settings() {}

  /** The identity of the data of a cluster with these settings. */
  public static Optional<String> data(ConfigMap existing) {
    return setting(existing, CLUSTER);
  }

  /** How many nodes a cluster with these settings had when it was made. */
  public static Optional<Integer> firstNodes(ConfigMap existing) {
    return setting(existing, EXPECTED_NODES)
        .filter(NUMBER.asMatchPredicate())
        .map(Integer::valueOf);
  }

  private static Optional<String> setting(ConfigMap existing, String key) {
    return Optional.ofNullable(existing.getData()).map(data -> data.get(key));
  }

  static ConfigMap configMap(Wish wish) {
    return new ConfigMapBuilder()
        .withMetadata(Labels.metadata(wish, wish.names().config(), Labels.common(wish)))
        .withData(shared(wish))
        .build();
  }

  static Map<String, String> shared(Wish wish) {
    Map<String, String> settings = new TreeMap<>();
    settings.put(CLUSTER, wish.data());
    settings.put(ETCD_ENDPOINTS, String.join(",", etcdEndpoints(wish)));
    settings.put(SHARDS, Integer.toString(wish.spec().shards()));
    settings.put(REPLICATION_FACTOR, Integer.toString(wish.spec().replicationFactor()));
    settings.put(KEYSPACE_FACTOR, Integer.toString(wish.spec().replicationFactor()));
    settings.put(KEYSPACE_SHARDS, Integer.toString(wish.spec().shards()));
    settings.put(EXPECTED_NODES, Integer.toString(wish.firstNodes()));
    return settings;
  }

  /**
   * One stable address for a managed etcd: pods come back with other addresses, and a client that
   * has resolved the names of all of them once would in the end know none.
   */
  private static List<String> etcdEndpoints(Wish wish) {
    List<String> own = wish.spec().etcd().endpoints();
    if (own != null) {
      return own.stream().map(url -> url.substring(SCHEME.length())).toList();
    }
    String host = wish.names().host(wish.names().etcdClientService());
    return List.of(host + ":" + Ports.ETCD_CLIENT);
  }

  static List<EnvVar> ofDataNode(Wish wish, String zone) {
    String host = "$(KEELSON_NODE_NAME)." + wish.names().host(wish.names().dataNodesService());
    return Stream.concat(
            Stream.of(
                podName("KEELSON_NODE_NAME"),
                value("KEELSON_ZONE", zone),
                host("KEELSON_HOST"),
                value("KEELSON_DATA_DIRECTORY", DataNodes.DIRECTORY + "/data"),
                value("KEELSON_LISTEN", "0.0.0.0:" + Ports.DATA_NODE),
                value("KEELSON_ADVERTISE", host + ":" + Ports.DATA_NODE),
                value("KEELSON_HEALTH_LISTEN", "0.0.0.0:" + Ports.HEALTH)),
            OF_DATA_NODES.stream().map(key -> fromConfigMap(wish, key)))
        .toList();
  }

  static List<EnvVar> ofRouter(Wish wish) {
    return Stream.concat(
            Stream.of(
                // Their zone is that of the data nodes on their host: reading it from Kubernetes
                // would need the right to read all nodes of the cluster.
                host("KEELSON_HOST"),
                value("KEELSON_LISTEN", "0.0.0.0:" + Ports.ROUTER),
                value("KEELSON_HEALTH_LISTEN", "0.0.0.0:" + Ports.HEALTH)),
            Stream.concat(
                OF_ROUTERS.stream().map(key -> fromConfigMap(wish, key)), quorumReads(wish)))
        .toList();
  }

  /** Of routers alone, and only when it is asked for. */
  private static Stream<EnvVar> quorumReads(Wish wish) {
    return wish.spec().routers().quorumReads()
        ? Stream.of(value(QUORUM_READS, "true"))
        : Stream.empty();
  }

  /** Changes when the shared settings do. */
  static String hash(Wish wish) {
    return Fingerprint.of(shared(wish));
  }

  static EnvVar podName(String name) {
    return ofPod(name, "metadata.name");
  }

  /** The Kubernetes node that the pod runs on. */
  private static EnvVar host(String name) {
    return ofPod(name, "spec.nodeName");
  }

  private static EnvVar ofPod(String name, String field) {
    return new EnvVarBuilder()
        .withName(name)
        .withNewValueFrom()
        .withNewFieldRef("v1", field)
        .endValueFrom()
        .build();
  }

  static EnvVar value(String name, String value) {
    return new EnvVarBuilder().withName(name).withValue(value).build();
  }

  private static EnvVar fromConfigMap(Wish wish, String key) {
    return new EnvVarBuilder()
        .withName(key)
        .withNewValueFrom()
        .withNewConfigMapKeyRef()
        .withName(wish.names().config())
        .withKey(key)
        .endConfigMapKeyRef()
        .endValueFrom()
        .build();
  }
}
