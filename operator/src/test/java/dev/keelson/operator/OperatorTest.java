package dev.keelson.operator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keelson.crds.v1alpha1.Condition;
import dev.keelson.crds.v1alpha1.ConditionType;
import dev.keelson.crds.v1alpha1.DatabaseCluster;
import dev.keelson.operator.apiserver.ChartFiles;
import dev.keelson.operator.apiserver.LocalKubernetes;
import dev.keelson.operator.apiserver.Tools;
import dev.keelson.operator.database.FakeDatabase;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.awaitility.core.ThrowingRunnable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The operator on a real API server with real controllers and no nodes, with exactly the rights
 * that the chart gives it.
 */
@Tag("cluster")
class OperatorTest {
  private static final String SYSTEM = "keelson-system";
  private static final AtomicInteger NAMESPACES = new AtomicInteger();

  private static LocalKubernetes kubernetes;
  private static KubernetesClient admin;
  private static RunningOperator operator;
  private static String example;
  private String namespace = "";

  @BeforeAll
  static void start(@TempDir Path folder) throws Exception {
    kubernetes = LocalKubernetes.start(folder);
    admin = kubernetes.admin();
    ChartFiles.installDefinitions(admin);
    create(SYSTEM);
    String token = ChartFiles.installRights(admin, SYSTEM);
    operator = RunningOperator.start(kubernetes.client(token), SYSTEM, "first", new FakeDatabase());
    example = Files.readString(Tools.root().resolve("examples/kubernetes/cluster.yaml"));
  }

  @AfterAll
  static void stop() {
    operator.close();
    admin.close();
    kubernetes.close();
  }

  @BeforeEach
  void takeNamespace() {
    namespace = "test-" + NAMESPACES.incrementAndGet();
    create(namespace);
  }

  @Test
  void makes_what_the_resource_asks_for() {
    DatabaseCluster cluster = apply(example);
    eventually(() -> assertThat(list(Pod.class)).hasSize(3 + 3 + 2));
    assertThat(names(StatefulSet.class))
        .containsExactlyInAnyOrder(
            "flights-data-zone-1", "flights-data-zone-2", "flights-data-zone-3", "flights-etcd");
    assertThat(names(Deployment.class)).containsExactly("flights-router");
    assertThat(names(PodDisruptionBudget.class))
        .containsExactlyInAnyOrder("flights-data", "flights-router", "flights-etcd");
    assertThat(names(PersistentVolumeClaim.class))
        .containsExactlyInAnyOrder(
            "data-flights-data-zone-1-0",
            "data-flights-data-zone-2-0",
            "data-flights-data-zone-3-0",
            "data-flights-etcd-0",
            "data-flights-etcd-1",
            "data-flights-etcd-2");
    assertThat(list(StatefulSet.class))
        .allSatisfy(
            set ->
                assertThat(set.getMetadata().getOwnerReferences().get(0).getUid())
                    .isEqualTo(cluster.getMetadata().getUid()));
    eventually(
        () -> {
          assertThat(condition(ConditionType.READY).status()).isEqualTo("False");
          assertThat(condition(ConditionType.READY).message())
              .contains("0/3 etcd members are ready")
              .contains("0/3 data nodes are ready")
              .contains("0/2 routers are ready")
              .contains("the database does not answer the operator");
          assertThat(condition(ConditionType.RECONCILING).status()).isEqualTo("True");
          assertThat(condition(ConditionType.STALLED).status()).isEqualTo("False");
          assertThat(condition(ConditionType.AVAILABLE).status()).isEqualTo("Unknown");
        });
    assertThat(cluster().getStatus().endpoint())
        .isEqualTo("flights-router." + namespace + ".svc:7400");
    assertThat(cluster().getStatus().observedGeneration()).isEqualTo(1);
    assertThat(eventReasons()).contains("Created");
  }

  @Test
  void writes_nothing_when_everything_is_as_it_should_be() throws IOException {
    apply(example);
    eventually(() -> assertThat(list(Pod.class)).hasSize(8));
    settle();
    long before = writes().size();
    operator.awaitReconciliations(2);
    assertThat(writes().subList((int) before, writes().size())).isEmpty();
  }

  @Test
  void puts_right_what_somebody_changed() {
    apply(example);
    eventually(() -> assertThat(names(Deployment.class)).containsExactly("flights-router"));
    admin.apps().deployments().inNamespace(namespace).withName("flights-router").scale(7);
    admin
        .services()
        .inNamespace(namespace)
        .withName("flights-router")
        .edit(
            service ->
                new ServiceBuilder(service)
                    .editSpec()
                    .editFirstPort()
                    .withTargetPort(new IntOrString(1))
                    .endPort()
                    .endSpec()
                    .build());
    eventually(
        () -> {
          assertThat(list(Deployment.class).get(0).getSpec().getReplicas()).isEqualTo(2);
          assertThat(
                  admin
                      .services()
                      .inNamespace(namespace)
                      .withName("flights-router")
                      .require()
                      .getSpec()
                      .getPorts()
                      .get(0)
                      .getTargetPort()
                      .getStrVal())
              .isEqualTo("grpc");
        });
  }

  @Test
  void makes_anew_what_somebody_deleted() {
    apply(example);
    eventually(() -> assertThat(names(StatefulSet.class)).hasSize(4));
    String uid = set("flights-data-zone-2").getMetadata().getUid();
    admin.apps().statefulSets().inNamespace(namespace).withName("flights-data-zone-2").delete();
    eventually(
        () -> assertThat(set("flights-data-zone-2").getMetadata().getUid()).isNotEqualTo(uid));
    assertThat(names(PersistentVolumeClaim.class)).contains("data-flights-data-zone-2-0");
  }

  @Test
  void a_deleted_cluster_leaves_its_volumes_and_nothing_else() {
    apply(example);
    eventually(() -> assertThat(names(PersistentVolumeClaim.class)).hasSize(6));
    delete();
    eventually(
        () -> {
          assertThat(list(Pod.class)).isEmpty();
          assertThat(list(StatefulSet.class)).isEmpty();
          assertThat(list(Deployment.class)).isEmpty();
          assertThat(list(PodDisruptionBudget.class)).isEmpty();
          assertThat(admin.services().inNamespace(namespace).list().getItems()).isEmpty();
          assertThat(admin.configMaps().inNamespace(namespace).withName("flights-config").get())
              .isNull();
        });
    assertThat(names(PersistentVolumeClaim.class)).hasSize(6);
  }

  @Test
  void a_cluster_deleted_with_its_volumes_leaves_nothing() {
    apply(example + "  deletion:\n    volumes: Delete\n");
    eventually(
        () ->
            assertThat(list(PersistentVolumeClaim.class))
                .hasSize(6)
                .allSatisfy(
                    claim ->
                        assertThat(claim.getMetadata().getOwnerReferences())
                            .anyMatch(owner -> owner.getKind().equals("DatabaseCluster"))));
    delete();
    eventually(() -> assertThat(list(PersistentVolumeClaim.class)).isEmpty());
  }

  @Test
  void who_changes_his_mind_keeps_the_volumes() {
    apply(example + "  deletion:\n    volumes: Delete\n");
    eventually(() -> assertThat(ownedClaims()).isEqualTo(6));
    apply(example + "  deletion:\n    volumes: Retain\n");
    eventually(() -> assertThat(ownedClaims()).isZero());
  }

  @Test
  void data_of_an_earlier_cluster_is_taken_over_only_on_demand() {
    apply(example);
    eventually(() -> assertThat(names(PersistentVolumeClaim.class)).hasSize(6));
    eventually(() -> assertThat(cluster().getStatus()).isNotNull());
    String data = Optional.ofNullable(cluster().getStatus().data()).orElseThrow();
    delete();
    eventually(() -> assertThat(list(Pod.class)).isEmpty());

    apply(example);
    eventually(
        () -> {
          assertThat(condition(ConditionType.STALLED).status()).isEqualTo("True");
          assertThat(condition(ConditionType.STALLED).reason())
              .isEqualTo("VolumesOfEarlierCluster");
        });
    assertThat(condition(ConditionType.STALLED).message())
        .contains("data-flights-data-zone-1-0")
        .contains("kubectl delete pvc -l keelson.dev/data=" + data)
        .contains("kubectl annotate databasecluster flights keelson.dev/data=" + data);
    assertThat(list(StatefulSet.class)).isEmpty();
    assertThat(eventReasons()).contains("VolumesOfEarlierCluster");

    admin
        .resources(DatabaseCluster.class)
        .inNamespace(namespace)
        .withName("flights")
        .edit(
            cluster -> {
              cluster.getMetadata().getAnnotations().put("keelson.dev/data", data);
              return cluster;
            });
    eventually(() -> assertThat(list(Pod.class)).hasSize(8));
    assertThat(
            admin
                .configMaps()
                .inNamespace(namespace)
                .withName("flights-config")
                .require()
                .getData())
        .containsEntry("KEELSON_CLUSTER", data);
  }

  @Test
  void an_object_of_somebody_else_is_not_taken_over() {
    var foreign =
        new ServiceBuilder()
            .withNewMetadata()
            .withName("flights-router")
            .withNamespace(namespace)
            .endMetadata()
            .withNewSpec()
            .addNewPort()
            .withPort(80)
            .endPort()
            .endSpec()
            .build();
    admin.resource(foreign).create();
    apply(example);
    eventually(
        () -> assertThat(condition(ConditionType.STALLED).reason()).isEqualTo("ForeignObject"));
    assertThat(condition(ConditionType.STALLED).message())
        .contains("Service flights-router")
        .contains("give this cluster another name");
    assertThat(list(StatefulSet.class)).isEmpty();

    admin.resource(foreign).delete();
    eventually(() -> assertThat(list(StatefulSet.class)).hasSize(4));
    eventually(() -> assertThat(condition(ConditionType.STALLED).status()).isEqualTo("False"));
  }

  @Test
  void a_budget_that_can_never_be_met_is_removed() {
    apply(example);
    eventually(() -> assertThat(names(PodDisruptionBudget.class)).contains("flights-router"));
    apply(example.replace("replicas: 2", "replicas: 1"));
    eventually(() -> assertThat(names(PodDisruptionBudget.class)).doesNotContain("flights-router"));
  }

  @Test
  void a_cluster_grows_without_touching_the_pods_that_are_there() {
    apply(example);
    eventually(() -> assertThat(list(Pod.class)).hasSize(8));
    Long generation = set("flights-data-zone-1").getMetadata().getGeneration();
    apply(example.replace("name: zone-3\n    nodes: 1", "name: zone-3\n    nodes: 2"));
    eventually(() -> assertThat(names(Pod.class)).contains("flights-data-zone-3-1").hasSize(9));
    assertThat(set("flights-data-zone-1").getMetadata().getGeneration()).isEqualTo(generation);
  }

  @Test
  void a_namespace_with_a_cluster_can_be_deleted() {
    apply(example);
    eventually(() -> assertThat(list(Pod.class)).hasSize(8));
    admin.namespaces().withName(namespace).delete();
    await(60)
        .untilAsserted(() -> assertThat(admin.namespaces().withName(namespace).get()).isNull());
  }

  @Test
  void two_operators_never_act_at_once() throws Exception {
    String token = ChartFiles.installRights(admin, SYSTEM);
    RunningOperator second =
        RunningOperator.start(kubernetes.client(token), SYSTEM, "second", new FakeDatabase());
    try {
      apply(example);
      eventually(() -> assertThat(list(StatefulSet.class)).hasSize(4));
      assertThat(operator.reconciliations()).isPositive();
      assertThat(second.reconciliations()).isZero();

      operator.close();
      admin.apps().statefulSets().inNamespace(namespace).withName("flights-etcd").delete();
      await(60)
          .untilAsserted(
              () ->
                  assertThat(
                          admin
                              .apps()
                              .statefulSets()
                              .inNamespace(namespace)
                              .withName("flights-etcd")
                              .get())
                      .isNotNull());
      assertThat(second.reconciliations()).isPositive();
    } finally {
      second.close();
      operator =
          RunningOperator.start(kubernetes.client(token), SYSTEM, "third", new FakeDatabase());
    }
  }

  @Test
  void nothing_was_ever_forbidden_with_the_rights_of_the_chart() throws IOException {
    apply(example);
    eventually(() -> assertThat(list(Pod.class)).hasSize(8));
    assertThat(kubernetes.audit())
        .filteredOn(line -> line.contains("serviceaccount:" + SYSTEM))
        .isNotEmpty()
        .noneMatch(line -> line.contains("\"code\":403"))
        .noneMatch(
            line ->
                line.contains("\"verb\":\"delete\"") && line.contains("persistentvolumeclaims"));
  }

  private static List<String> writes() throws IOException {
    return kubernetes.audit().stream()
        .filter(line -> line.contains("serviceaccount:" + SYSTEM))
        .filter(line -> !line.contains("\"resource\":\"leases\""))
        .filter(line -> !line.contains("selfsubject"))
        .toList();
  }

  /** Until the operator has nothing more to write and three passes went by. */
  private static void settle() throws IOException {
    int unchanged = 0;
    for (int pass = 0; pass < 30 && unchanged < 2; pass++) {
      int before = writes().size();
      operator.awaitReconciliations(1);
      unchanged = writes().size() == before ? unchanged + 1 : 0;
    }
  }

  private long ownedClaims() {
    return list(PersistentVolumeClaim.class).stream()
        .filter(
            claim ->
                claim.getMetadata().getOwnerReferences().stream()
                    .anyMatch(owner -> owner.getKind().equals("DatabaseCluster")))
        .count();
  }

  private DatabaseCluster apply(String yaml) {
    admin
        .resource(Serialization.unmarshal(yaml, GenericKubernetesResource.class))
        .inNamespace(namespace)
        .fieldManager("test")
        .forceConflicts()
        .serverSideApply();
    return cluster();
  }

  private void delete() {
    admin.resources(DatabaseCluster.class).inNamespace(namespace).withName("flights").delete();
  }

  private DatabaseCluster cluster() {
    return admin
        .resources(DatabaseCluster.class)
        .inNamespace(namespace)
        .withName("flights")
        .require();
  }

  private Condition condition(ConditionType type) {
    return Optional.ofNullable(cluster().getStatus())
        .flatMap(status -> status.condition(type))
        .orElseThrow(() -> new AssertionError("no condition " + type + " yet"));
  }

  private StatefulSet set(String name) {
    return admin.apps().statefulSets().inNamespace(namespace).withName(name).require();
  }

  private <T extends HasMetadata> List<T> list(Class<T> type) {
    return admin.resources(type).inNamespace(namespace).list().getItems();
  }

  private <T extends HasMetadata> List<String> names(Class<T> type) {
    return list(type).stream().map(object -> object.getMetadata().getName()).toList();
  }

  private List<String> eventReasons() {
    return admin.events().v1().events().inNamespace(namespace).list().getItems().stream()
        .filter(event -> "keelson.dev/operator".equals(event.getReportingController()))
        .map(event -> event.getReason())
        .toList();
  }

  private static void create(String namespace) {
    admin
        .resource(
            new NamespaceBuilder().withNewMetadata().withName(namespace).endMetadata().build())
        .create();
  }

  private static void eventually(ThrowingRunnable assertion) {
    await(45).untilAsserted(assertion);
  }

  private static ConditionFactory await(int seconds) {
    return Awaitility.await()
        .atMost(Duration.ofSeconds(seconds))
        .pollInterval(Duration.ofMillis(200))
        .ignoreExceptions();
  }
}
