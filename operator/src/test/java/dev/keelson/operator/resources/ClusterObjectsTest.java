package dev.keelson.operator.resources;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keelson.crds.v1alpha1.DatabaseCluster;
import dev.keelson.crds.v1alpha1.DatabaseClusterSpec;
import dev.keelson.crds.v1alpha1.Etcd;
import dev.keelson.crds.v1alpha1.Routers;
import dev.keelson.crds.v1alpha1.VolumePolicy;
import dev.keelson.crds.v1alpha1.Zone;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimBuilder;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ClusterObjectsTest {
  @Test
  void three_zones_with_an_etcd_of_the_operator() throws IOException {
    Golden.assertSame("three-zones", ClusterObjects.of(Clusters.wish(Clusters.threeZones())));
  }

  @Test
  void one_node_with_an_etcd_of_the_user() throws IOException {
    Golden.assertSame("one-node", ClusterObjects.of(Clusters.wish(Clusters.oneNode())));
  }

  @Test
  void every_object_has_one_of_the_names_that_are_looked_at_before() {
    for (DatabaseCluster cluster : List.of(Clusters.threeZones(), Clusters.oneNode())) {
      assertThat(ClusterObjects.of(Clusters.wish(cluster)).stream().map(ObjectKey::of))
          .isSubsetOf(Names.of(cluster).keys(cluster));
    }
  }

  @Test
  void every_object_is_owned_watched_and_of_the_cluster() {
    assertThat(ClusterObjects.of(Clusters.wish(Clusters.threeZones())))
        .allSatisfy(
            object -> {
              assertThat(object.getMetadata().getNamespace()).isEqualTo("travel");
              assertThat(object.getMetadata().getLabels())
                  .containsEntry(Labels.MANAGED_BY, Labels.OPERATOR)
                  .containsEntry(Labels.CLUSTER, "flights");
              assertThat(object.getMetadata().getOwnerReferences())
                  .singleElement()
                  .satisfies(owner -> assertThat(owner.getUid()).isEqualTo(Clusters.UID));
            });
  }

  @Test
  void no_pod_has_privileges() {
    assertThat(pods(Clusters.threeZones()))
        .hasSize(5)
        .allSatisfy(
            pod -> {
              assertThat(pod.getSecurityContext().getRunAsNonRoot()).isTrue();
              assertThat(pod.getSecurityContext().getRunAsUser()).isEqualTo(10001);
              assertThat(pod.getSecurityContext().getSeccompProfile().getType())
                  .isEqualTo("RuntimeDefault");
              assertThat(pod.getAutomountServiceAccountToken()).isFalse();
              assertThat(pod.getContainers())
                  .allSatisfy(
                      container -> {
                        var security = container.getSecurityContext();
                        assertThat(security.getReadOnlyRootFilesystem()).isTrue();
                        assertThat(security.getAllowPrivilegeEscalation()).isFalse();
                        assertThat(security.getCapabilities().getDrop()).containsExactly("ALL");
                        assertThat(container.getResources().getLimits()).containsKey("memory");
                      });
            });
  }

  @Test
  void routers_and_data_nodes_are_told_their_host_by_their_own_pod() {
    assertThat(pods(Clusters.threeZones()))
        .flatExtracting(PodSpec::getContainers)
        .filteredOn(it -> !it.getName().equals("etcd"))
        .hasSize(4)
        .allSatisfy(
            container ->
                assertThat(container.getEnv())
                    .filteredOn(it -> it.getName().equals("KEELSON_HOST"))
                    .singleElement()
                    .satisfies(
                        it ->
                            assertThat(it.getValueFrom().getFieldRef().getFieldPath())
                                .isEqualTo("spec.nodeName")));
  }

  @Test
  void no_probe_but_readiness_asks_for_a_quorum() {
    assertThat(pods(Clusters.threeZones()))
        .flatExtracting(PodSpec::getContainers)
        .allSatisfy(
            container -> {
              String live = container.getLivenessProbe().getHttpGet().getPath();
              assertThat(live).isIn("/live", "/livez");
              assertThat(container.getStartupProbe().getHttpGet().getPath()).isEqualTo(live);
              assertThat(container.getReadinessProbe().getHttpGet().getPath())
                  .isIn("/ready", "/readyz");
            });
  }

  @ParameterizedTest(name = "factor {0}, {1} routers, {2} members: {3}")
  @CsvSource({
    "1, 1, 1, ''",
    "1, 2, 1, flights-router",
    "3, 1, 1, flights-data",
    "3, 2, 3, flights-data flights-router flights-etcd",
    "5, 2, 5, flights-data flights-router flights-etcd",
  })
  void a_budget_is_made_only_where_it_can_be_met(
      int factor, int routers, int members, String budgets) {
    DatabaseCluster cluster =
        Clusters.cluster(
            Clusters.spec(
                List.of(new Zone("a", 5)),
                factor,
                routers,
                VolumePolicy.RETAIN,
                Clusters.managed(members)));
    assertThat(objects(cluster, PodDisruptionBudget.class).map(b -> b.getMetadata().getName()))
        .containsExactly(budgets.isEmpty() ? new String[0] : budgets.split(" "));
  }

  @Test
  void a_template_of_claims_that_is_there_stays_as_it_is() {
    Wish first = Clusters.wish(Clusters.threeZones());
    PersistentVolumeClaim small =
        new PersistentVolumeClaimBuilder(template(first))
            .editSpec()
            .editResources()
            .withRequests(Map.of("storage", new Quantity("1Gi")))
            .endResources()
            .endSpec()
            .withNewStatus()
            .withPhase("Pending")
            .endStatus()
            .build();
    Wish second =
        new Wish(
            first.cluster(),
            first.image(),
            first.data(),
            first.firstNodes(),
            Map.of(),
            Map.of("flights-data-a", small));
    assertThat(template(second).getSpec()).isEqualTo(small.getSpec());
    assertThat(template(second).getStatus()).isNull();
  }

  @Test
  void an_etcd_of_the_user_is_given_to_processes_as_hosts_and_ports() {
    Etcd etcd = Clusters.oneNode().getSpec().etcd();
    assertThat(etcd.managedByOperator()).isEmpty();
    assertThat(Settings.shared(Clusters.wish(Clusters.oneNode())))
        .containsEntry("KEELSON_ETCD_ENDPOINTS", "etcd-0.infra:2379,etcd-1.infra:2379");
  }

  @Test
  void routers_ask_majorities_if_clocks_are_not_trusted() {
    DatabaseClusterSpec told = Clusters.oneNode().getSpec();
    DatabaseClusterSpec careful =
        new DatabaseClusterSpec(
            told.zones(),
            told.replicationFactor(),
            told.shards(),
            new Routers(2, true, null),
            told.storage(),
            told.resources(),
            told.image(),
            told.imagePullPolicy(),
            told.etcd(),
            told.deletion());

    assertThat(Settings.ofRouter(Clusters.wish(Clusters.cluster(careful))))
        .anyMatch(it -> it.getName().equals(Settings.QUORUM_READS) && it.getValue().equals("true"));
    assertThat(Settings.ofRouter(Clusters.wish(Clusters.oneNode())))
        .noneMatch(it -> it.getName().equals(Settings.QUORUM_READS));
  }

  private static PersistentVolumeClaim template(Wish wish) {
    return ClusterObjects.of(wish).stream()
        .filter(object -> object.getMetadata().getName().equals("flights-data-a"))
        .map(StatefulSet.class::cast)
        .findFirst()
        .orElseThrow()
        .getSpec()
        .getVolumeClaimTemplates()
        .get(0);
  }

  private static List<PodSpec> pods(DatabaseCluster cluster) {
    return Stream.concat(
            objects(cluster, StatefulSet.class).map(set -> set.getSpec().getTemplate().getSpec()),
            objects(cluster, Deployment.class).map(d -> d.getSpec().getTemplate().getSpec()))
        .toList();
  }

  private static <T extends HasMetadata> Stream<T> objects(DatabaseCluster cluster, Class<T> type) {
    return ClusterObjects.of(Clusters.wish(cluster)).stream()
        .filter(type::isInstance)
        .map(type::cast);
  }
}
