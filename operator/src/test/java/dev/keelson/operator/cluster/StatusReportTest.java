package dev.keelson.operator.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keelson.crds.v1alpha1.Condition;
import dev.keelson.crds.v1alpha1.ConditionType;
import dev.keelson.crds.v1alpha1.DatabaseCluster;
import dev.keelson.crds.v1alpha1.DatabaseClusterStatus;
import dev.keelson.crds.v1alpha1.Phase;
import dev.keelson.operator.database.DatabaseReport;
import dev.keelson.operator.resources.ClusterObjects;
import dev.keelson.operator.resources.Clusters;
import dev.keelson.operator.resources.ObjectKey;
import dev.keelson.proto.v1.DescribeClusterResponse;
import dev.keelson.proto.v1.Member;
import dev.keelson.proto.v1.MemberHealth;
import dev.keelson.proto.v1.Shard;
import dev.keelson.proto.v1.ShardReplica;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentStatusBuilder;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.apps.StatefulSetStatusBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class StatusReportTest {
  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

  private final DatabaseCluster cluster = Clusters.threeZones();

  @Test
  void everything_as_asked_is_ready() {
    DatabaseClusterStatus status = done(running(1, 3, 2), reached(12, 12, 12));
    assertThat(status.phase()).isEqualTo(Phase.READY);
    assertThat(lines(status))
        .containsExactly(
            "Ready True AsAsked: everything is as asked",
            "Available True AsAsked: every shard has a leader",
            "Reconciling False NothingToDo: there is no need",
            "Stalled False NothingToDo: there is no need");
    assertThat(status.dataNodes()).hasFieldOrPropertyWithValue("summary", "3/3");
    assertThat(status.endpoint()).isEqualTo("flights-router.travel.svc:7400");
    assertThat(status.clusterId()).isEqualTo("the-id");
    assertThat(status.members()).extracting("name").containsExactly("flights-data-a-0");
  }

  @Test
  void a_missing_node_is_degraded_while_every_shard_has_a_leader() {
    DatabaseClusterStatus status = done(running(0, 3, 2), reached(12, 12, 4));
    assertThat(status.phase()).isEqualTo(Phase.DEGRADED);
    assertThat(lines(status))
        .containsExactly(
            "Ready False DataNodesNotReady: 2/3 data nodes are ready; 8 shards miss the answer of"
                + " a replica",
            "Available True AsAsked: every shard has a leader",
            "Reconciling True DataNodesNotReady: 2/3 data nodes are ready",
            "Stalled False NothingToDo: there is no need");
  }

  @Test
  void shards_without_a_leader_are_not_available() {
    DatabaseClusterStatus status = done(running(1, 3, 2), reached(12, 11, 12));
    assertThat(lines(status).get(1))
        .isEqualTo(
            "Available False ShardsWithoutLeader: 1 shards have no leader and are not served");
  }

  @Test
  void a_database_out_of_reach_keeps_what_was_known_and_claims_nothing() {
    cluster.setStatus(done(running(1, 3, 2), reached(12, 12, 12)));
    DatabaseClusterStatus status =
        done(running(1, 3, 2), new DatabaseReport.Unreachable("no answer in time"));
    assertThat(status.phase()).isEqualTo(Phase.UNAVAILABLE);
    assertThat(lines(status).get(1))
        .isEqualTo(
            "Available Unknown DatabaseUnreachable: the database does not answer the operator (no"
                + " answer in time)");
    assertThat(status.clusterId()).isEqualTo("the-id");
    assertThat(status.shards()).isNull();
    assertThat(status.members()).extracting("health").containsExactly("Unknown");
  }

  @Test
  void before_anything_answers_it_is_being_created() {
    DatabaseClusterStatus status =
        done(Map.of(), new DatabaseReport.Unreachable("no router can be reached"));
    assertThat(status.phase()).isEqualTo(Phase.CREATING);
    assertThat(lines(status).get(0)).startsWith("Ready False EtcdNotReady: 0/3 etcd members");
  }

  @Test
  void a_condition_keeps_its_time_while_it_keeps_its_status() {
    cluster.setStatus(done(running(1, 3, 2), reached(12, 12, 12)));
    DatabaseClusterStatus later =
        new StatusReport(cluster, NOW.plusSeconds(60))
            .done(
                new Observation(Map.of(), List.of(), List.of(), reached(12, 12, 4), Map.of()),
                new Carrying.Result(List.of(), running(1, 3, 2)));
    assertThat(condition(later, ConditionType.READY).lastTransitionTime())
        .isEqualTo("2026-01-01T00:01:00Z");
    assertThat(condition(later, ConditionType.AVAILABLE).lastTransitionTime())
        .isEqualTo("2026-01-01T00:00:00Z");
  }

  @Test
  void what_the_api_server_refuses_for_good_stalls_and_the_rest_is_tried_again() {
    assertThat(lines(report().failed(refusal(422))).get(3))
        .isEqualTo("Stalled True RefusedByApiServer: Kubernetes refused: too much");
    assertThat(lines(report().failed(refusal(503))).get(2))
        .isEqualTo("Reconciling True ApiServerFailed: Kubernetes failed, trying again: too much");
  }

  private static KubernetesClientException refusal(int code) {
    return new KubernetesClientException("too much", code, null);
  }

  private StatusReport report() {
    return new StatusReport(cluster, NOW);
  }

  private DatabaseClusterStatus done(Map<ObjectKey, HasMetadata> objects, DatabaseReport database) {
    return report()
        .done(
            new Observation(objects, List.of(), List.of(), database, Map.of()),
            new Carrying.Result(List.of(), objects));
  }

  /** All objects, with as many pods ready: of zone a, of etcd, of the routers. */
  private Map<ObjectKey, HasMetadata> running(int inZoneA, int members, int routers) {
    Map<ObjectKey, HasMetadata> objects = new HashMap<>();
    for (HasMetadata object : ClusterObjects.of(Clusters.wish(cluster))) {
      String name = object.getMetadata().getName();
      switch (object) {
        case StatefulSet set ->
            ready(set, name.endsWith("-a") ? inZoneA : name.endsWith("etcd") ? members : 1);
        case Deployment deployment ->
            deployment.setStatus(
                new DeploymentStatusBuilder().withReplicas(2).withReadyReplicas(routers).build());
        default -> {}
      }
      objects.put(ObjectKey.of(object), object);
    }
    return objects;
  }

  private static void ready(StatefulSet set, int ready) {
    int replicas = set.getSpec().getReplicas();
    set.setStatus(
        new StatefulSetStatusBuilder()
            .withReplicas(replicas)
            .withUpdatedReplicas(replicas)
            .withReadyReplicas(ready)
            .build());
  }

  private static DatabaseReport reached(int shards, int led, int complete) {
    return new DatabaseReport.Reached(
        DescribeClusterResponse.newBuilder()
            .setClusterId("the-id")
            .addMembers(
                Member.newBuilder().setNode("flights-data-a-0").setHealth(MemberHealth.HEALTHY))
            .addAllShards(
                IntStream.range(0, shards)
                    .mapToObj(
                        id ->
                            Shard.newBuilder()
                                .setId(id)
                                .setLeader(id < led ? "flights-data-a-0" : "")
                                .addReplicas(ShardReplica.newBuilder().setReachable(id < complete))
                                .build())
                    .toList())
            .build());
  }

  private static Condition condition(DatabaseClusterStatus status, ConditionType type) {
    return status.condition(type).orElseThrow();
  }

  private static List<String> lines(DatabaseClusterStatus status) {
    return status.conditions().stream()
        .map(c -> c.type() + " " + c.status() + " " + c.reason() + ": " + c.message())
        .toList();
  }
}
