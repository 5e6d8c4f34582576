package dev.keelson.operator.apiserver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.keelson.crds.v1alpha1.DatabaseCluster;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Each rule of the CRD on a real API server. */
@Tag("cluster")
class RefusedResourcesTest {
  private static LocalKubernetes kubernetes;
  private static KubernetesClient client;
  private static String example;

  @BeforeAll
  static void start(@TempDir Path folder) throws Exception {
    kubernetes = LocalKubernetes.start(folder);
    client = kubernetes.admin();
    ChartFiles.installDefinitions(client);
    example = Files.readString(Tools.root().resolve("examples/kubernetes/cluster.yaml"));
  }

  @AfterAll
  static void stop() {
    client.close();
    kubernetes.close();
  }

  static Stream<Arguments> wrong() {
    return Stream.of(
        wrong("an even factor", "replicationFactor: 3", "replicationFactor: 2", "must be 1, 3, 5"),
        wrong(
            "more copies than nodes",
            "replicationFactor: 3",
            "replicationFactor: 5",
            "needs at least as many nodes in all zones together; add nodes or lower it"),
        wrong("a zone twice", "name: zone-2", "name: zone-1", "each zone may be named once"),
        wrong("a zone that is no label", "name: zone-2", "name: Zone_2", "only lower-case letters"),
        wrong("a zone without a name", "name: zone-2", "name: ''", "only lower-case letters"),
        wrong("a zone without nodes", "nodes: 1", "nodes: 0", "greater than or equal to 1"),
        wrong("no shards", "shards: 12", "shards: 0", "greater than or equal to 1"),
        wrong("too many shards", "shards: 12", "shards: 1025", "less than or equal to 1024"),
        wrong("no routers", "replicas: 2", "replicas: 0", "greater than or equal to 1"),
        wrong("a size that is none", "size: 1Gi", "size: much", "must be a quantity of at least"),
        wrong("a tiny volume", "size: 1Gi", "size: 1Mi", "must be a quantity of at least 256Mi"),
        wrong("two members", "members: 3", "members: 2", "must be 1, 3 or 5"),
        wrong(
            "an etcd that is both",
            "    managed:",
            "    endpoints: ['http://etcd:2379']\n    managed:",
            "set either managed"),
        wrong("an etcd that is none", "    managed:\n      members: 3\n", "    {}\n", "set either"),
        wrong(
            "an endpoint without a scheme",
            "    managed:\n      members: 3\n",
            "    endpoints: ['etcd:2379']\n",
            "give one or more like http://etcd-0.example:2379"),
        wrong(
            "no endpoint",
            "    managed:\n      members: 3\n",
            "    endpoints: []\n",
            "give one or more like"),
        wrong(
            "an endpoint with TLS",
            "    managed:\n      members: 3\n",
            "    endpoints: ['https://etcd:2379']\n",
            "https is not supported yet"),
        wrong("a name with a dot", "name: flights", "name: my.flights", "Services are named after"),
        wrong("a name with a digit first", "name: flights", "name: 1st", "begins with a letter"),
        wrong(
            "names too long together",
            "name: flights",
            "name: flights-of-a-whole-century-and-then-some-a",
            "may have 46 characters together"));
  }

  private static Arguments wrong(String what, String right, String wrong, String sentence) {
    return Arguments.of(what, right, wrong, sentence);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("wrong")
  void is_refused_with_a_sentence(String what, String right, String wrong, String sentence) {
    assertThat(example).contains(right);
    assertThatThrownBy(() -> apply(example.replace(right, wrong)))
        .isInstanceOf(KubernetesClientException.class)
        .hasMessageContaining(sentence);
  }

  static Stream<Arguments> wrongChanges() {
    return Stream.of(
        wrong("other shards", "shards: 12", "shards: 24", "shards: cannot be changed"),
        wrong(
            "another factor",
            "replicationFactor: 3",
            "replicationFactor: 1",
            "replicationFactor: cannot be changed"),
        wrong("a smaller volume", "size: 1Gi", "size: 512Mi", "volumes can grow but not shrink"),
        wrong(
            "a storage class",
            "size: 1Gi",
            "size: 1Gi\n    className: fast",
            "the storage class of existing volumes cannot be changed"),
        wrong("more etcd members", "members: 3", "members: 5", "members: cannot be changed"),
        wrong(
            "an etcd of one's own",
            "    managed:\n      members: 3\n",
            "    endpoints: ['http://etcd:2379']\n",
            "cannot move between managed and endpoints"),
        wrong("a zone less", "  - name: zone-3\n    nodes: 1\n", "", "removing a zone is not"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("wrongChanges")
  void a_change_is_refused_with_a_sentence(
      String what, String right, String wrong, String sentence) {
    assertThat(example).contains(right);
    String named = example.replace("name: flights", "name: changing");
    apply(named);
    assertThatThrownBy(() -> apply(named.replace(right, wrong)))
        .isInstanceOf(KubernetesClientException.class)
        .hasMessageContaining(sentence);
  }

  @Test
  void fewer_nodes_than_copies_are_refused_with_a_sentence() {
    String three =
        """
        apiVersion: keelson.dev/v1alpha1
        kind: DatabaseCluster
        metadata:
          name: shrinking
          namespace: default
        spec:
          zones: [{name: a, nodes: 4}]
          storage: {size: 1Gi}
        """;
    apply(three);
    assertThat(apply(three.replace("nodes: 4", "nodes: 3")).getSpec().nodeCount()).isEqualTo(3);
    assertThatThrownBy(() -> apply(three.replace("nodes: 4", "nodes: 2")))
        .isInstanceOf(KubernetesClientException.class)
        .hasMessageContaining("needs at least as many nodes in all zones together");
  }

  @Test
  void what_may_change_can_be_changed() {
    String named = example.replace("name: flights", "name: growing");
    apply(named);
    apply(named.replace("size: 1Gi", "size: 2Gi"));
    DatabaseCluster grown =
        apply(
            named
                .replace("size: 1Gi", "size: 2Gi")
                .replace("name: zone-3\n    nodes: 1", "name: zone-3\n    nodes: 2")
                .replace("replicas: 2", "replicas: 3"));
    assertThat(grown.getSpec().nodeCount()).isEqualTo(4);
    assertThat(grown.getSpec().storage().size()).isEqualTo("2Gi");
    DatabaseCluster shrunk = apply(named.replace("size: 1Gi", "size: 2Gi"));
    assertThat(shrunk.getSpec().nodeCount()).isEqualTo(3);
  }

  @Test
  void the_smallest_resource_gets_all_defaults() {
    DatabaseCluster cluster =
        apply(
            """
            apiVersion: keelson.dev/v1alpha1
            kind: DatabaseCluster
            metadata:
              name: small
              namespace: default
            spec:
              zones: [{name: a, nodes: 3}]
              storage: {size: 1Gi}
            """);
    assertThat(cluster.getSpec().replicationFactor()).isEqualTo(3);
    assertThat(cluster.getSpec().shards()).isEqualTo(16);
    assertThat(cluster.getSpec().routers().replicas()).isEqualTo(2);
    assertThat(cluster.getSpec().deletion().volumes().name()).isEqualTo("RETAIN");
    assertThat(cluster.getSpec().imagePullPolicy().word()).isEqualTo("IfNotPresent");
    assertThat(cluster.getSpec().etcd().managedByOperator().orElseThrow().members()).isEqualTo(3);
    assertThat(cluster.getSpec().etcd().managedByOperator().orElseThrow().storage().size())
        .isEqualTo("2Gi");
  }

  /** As kubectl does: what the text leaves out stays out, for the API server to fill in. */
  private static DatabaseCluster apply(String yaml) {
    GenericKubernetesResource resource =
        Serialization.unmarshal(yaml, GenericKubernetesResource.class);
    client.resource(resource).inNamespace("default").fieldManager("test").serverSideApply();
    return client
        .resources(DatabaseCluster.class)
        .inNamespace("default")
        .withName(resource.getMetadata().getName())
        .require();
  }
}
