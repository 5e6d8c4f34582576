package dev.keelson.operator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keelson.crds.v1alpha1.ConditionType;
import dev.keelson.crds.v1alpha1.DatabaseCluster;
import dev.keelson.operator.apiserver.ChartFiles;
import dev.keelson.operator.apiserver.LocalKubernetes;
import dev.keelson.operator.apiserver.Tools;
import dev.keelson.operator.database.DatabaseReport;
import dev.keelson.operator.database.DrainCheck;
import dev.keelson.operator.database.FakeDatabase;
import dev.keelson.operator.resources.Labels;
import dev.keelson.operator.scaling.ScalePlanner;
import dev.keelson.proto.v1.DescribeClusterResponse;
import dev.keelson.proto.v1.Member;
import dev.keelson.proto.v1.MemberHealth;
import dev.keelson.proto.v1.Shard;
import dev.keelson.proto.v1.ShardReplica;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.awaitility.core.ThrowingRunnable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One zone from two nodes to one and back, on a real API server and with a database that obeys. */
@Tag("cluster")
class ScaleInTest {
  private static final String SYSTEM = "keelson-system";
  private static final String NAMESPACE = "scale";
  private static final String ENDPOINT = "flights-router." + NAMESPACE + ".svc:7400";
  private static final String SET = "flights-data-zone-3";
  private static final String NODE = SET + "-1";

  private static LocalKubernetes kubernetes;
  private static KubernetesClient admin;
  private static RunningOperator operator;
  private static FakeDatabase database;
  private static String one;
  private static String two;

  @BeforeAll
  static void start(@TempDir Path folder) throws Exception {
    kubernetes = LocalKubernetes.start(folder);
    admin = kubernetes.admin();
    ChartFiles.installDefinitions(admin);
    create(SYSTEM);
    create(NAMESPACE);
    database = new FakeDatabase();
    String token = ChartFiles.installRights(admin, SYSTEM);
    operator = RunningOperator.start(kubernetes.client(token), SYSTEM, "first", database);
    one = Files.readString(Tools.root().resolve("examples/kubernetes/cluster.yaml"));
    two = one.replace("name: zone-3\n    nodes: 1", "name: zone-3\n    nodes: 2");
  }

  @AfterAll
  static void stop() {
    operator.close();
    admin.close();
    kubernetes.close();
  }

  @Test
  void a_node_goes_when_it_is_empty_and_comes_back_with_its_volume() {
    apply(two);
    eventually(() -> assertThat(pods()).contains(NODE));
    database.says(ENDPOINT, cluster(member(NODE), NODE));
    eventually(ScaleInTest::makeRoutersReady);

    apply(one);
    eventually(() -> assertThat(database.acts()).contains("drain " + NODE));
    database.says(ENDPOINT, cluster(drainedMember(), NODE));
    eventually(
        () -> {
          assertThat(reconciling()).startsWith("DrainingNodes data node " + NODE);
          assertThat(resource().getStatus().leaving()).extracting("name").containsExactly(NODE);
        });
    assertThat(replicas()).isEqualTo(2);

    database.says(ENDPOINT, cluster(drainedMember(), SET + "-0"));
    eventually(() -> assertThat(reconciling()).startsWith("VerifyingDrain"));
    assertThat(replicas()).isEqualTo(2);

    database.says(NODE, new DrainCheck(true, List.of()));
    eventually(() -> assertThat(replicas()).isEqualTo(1));
    eventually(() -> assertThat(claimLabels()).containsKey(Labels.QUARANTINED));
    eventually(() -> assertThat(resource().getStatus().leaving()).isEmpty());

    apply(two);
    eventually(() -> assertThat(replicas()).isEqualTo(2));
    eventually(() -> assertThat(claimLabels()).doesNotContainKey(Labels.QUARANTINED));
    eventually(() -> assertThat(database.acts()).endsWith("undrain " + NODE));
  }

  private static DatabaseReport cluster(Member last, String third) {
    return new DatabaseReport.Reached(
        DescribeClusterResponse.newBuilder()
            .setClusterId("the-id")
            .addMembers(member("flights-data-zone-1-0"))
            .addMembers(member("flights-data-zone-2-0"))
            .addMembers(member("flights-data-zone-3-0"))
            .addMembers(last)
            .addShards(
                Shard.newBuilder()
                    .setId(1)
                    .setLeader("flights-data-zone-1-0")
                    .addAllReplicas(
                        Stream.of("flights-data-zone-1-0", "flights-data-zone-2-0", third)
                            .map(it -> ShardReplica.newBuilder().setNode(it).setReachable(true))
                            .map(ShardReplica.Builder::build)
                            .toList()))
            .build());
  }

  private static Member member(String node) {
    return Member.newBuilder().setNode(node).setHealth(MemberHealth.HEALTHY).build();
  }

  private static Member drainedMember() {
    return member(NODE).toBuilder().setDrained(true).setDrainReason(ScalePlanner.REASON).build();
  }

  /** No kubelet runs, so nobody else says so. */
  private static void makeRoutersReady() {
    var routers =
        admin.pods().inNamespace(NAMESPACE).withLabel("app.kubernetes.io/component", "router");
    assertThat(routers.list().getItems()).hasSize(2);
    routers
        .resources()
        .forEach(
            router ->
                router.editStatus(
                    pod ->
                        new PodBuilder(pod)
                            .editOrNewStatus()
                            .withPhase("Running")
                            .addNewCondition()
                            .withType("Ready")
                            .withStatus("True")
                            .endCondition()
                            .endStatus()
                            .build()));
  }

  private static String reconciling() {
    return resource()
        .getStatus()
        .condition(ConditionType.READY)
        .map(it -> it.reason() + " " + it.message())
        .orElse("");
  }

  private static Map<String, String> claimLabels() {
    return admin
        .persistentVolumeClaims()
        .inNamespace(NAMESPACE)
        .withName("data-" + NODE)
        .require()
        .getMetadata()
        .getLabels();
  }

  private static int replicas() {
    return admin
        .apps()
        .statefulSets()
        .inNamespace(NAMESPACE)
        .withName(SET)
        .require()
        .getSpec()
        .getReplicas();
  }

  private static List<String> pods() {
    return admin.pods().inNamespace(NAMESPACE).list().getItems().stream()
        .map(pod -> pod.getMetadata().getName())
        .toList();
  }

  private static DatabaseCluster resource() {
    return admin
        .resources(DatabaseCluster.class)
        .inNamespace(NAMESPACE)
        .withName("flights")
        .require();
  }

  private static void apply(String yaml) {
    admin
        .resource(Serialization.unmarshal(yaml, GenericKubernetesResource.class))
        .inNamespace(NAMESPACE)
        .fieldManager("test")
        .forceConflicts()
        .serverSideApply();
  }

  private static void create(String namespace) {
    admin
        .resource(
            new NamespaceBuilder().withNewMetadata().withName(namespace).endMetadata().build())
        .create();
  }

  private static void eventually(ThrowingRunnable assertion) {
    Awaitility.await()
        .atMost(Duration.ofSeconds(90))
        .pollInterval(Duration.ofMillis(200))
        .ignoreExceptions()
        .untilAsserted(assertion);
  }
}
