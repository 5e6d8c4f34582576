package dev.keelson.operator.resources;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keelson.crds.v1alpha1.DatabaseCluster;
import dev.keelson.crds.v1alpha1.VolumePolicy;
import dev.keelson.crds.v1alpha1.Zone;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class VolumesTest {
  /** Ten gibibytes are asked of data nodes, two of etcd. */
  @ParameterizedTest(name = "{0} {1} {2}, owned {3}, policy {4}: {5}")
  @CsvSource({
    "data-node, 10Gi, Bound,   false, RETAIN, nothing",
    "data-node, 20Gi, Bound,   false, RETAIN, nothing",
    "data-node, 10240Mi, Bound, false, RETAIN, nothing",
    "data-node, 5Gi,  Bound,   false, RETAIN, 10Gi without owner",
    "data-node, 5Gi,  Pending, false, RETAIN, nothing",
    "data-node, 10Gi, Bound,   false, DELETE, 10Gi with owner",
    "data-node, 20Gi, Bound,   false, DELETE, 20Gi with owner",
    "data-node, 5Gi,  Pending, false, DELETE, 5Gi with owner",
    "data-node, 10Gi, Bound,   true,  DELETE, nothing",
    "data-node, 10Gi, Bound,   true,  RETAIN, 10Gi without owner",
    "etcd,      2Gi,  Bound,   false, RETAIN, nothing",
    "etcd,      1Gi,  Bound,   false, RETAIN, 2Gi without owner",
  })
  void a_claim_is_corrected(
      String component,
      String size,
      String phase,
      boolean owned,
      VolumePolicy policy,
      String expected) {
    DatabaseCluster cluster =
        Clusters.cluster(
            Clusters.spec(List.of(new Zone("a", 3)), 3, 2, policy, Clusters.managed(3)));
    PersistentVolumeClaim claim = claim(component, size, phase, owned);
    assertThat(
            Volumes.correction(Clusters.wish(cluster), claim)
                .map(VolumesTest::text)
                .orElse("nothing"))
        .isEqualTo(expected);
  }

  private static String text(PersistentVolumeClaim correction) {
    assertThat(correction.getMetadata().getUid()).isEqualTo("uid-of-claim");
    boolean owned = !correction.getMetadata().getOwnerReferences().isEmpty();
    return correction.getSpec().getResources().getRequests().get("storage")
        + (owned ? " with owner" : " without owner");
  }

  private static PersistentVolumeClaim claim(
      String component, String size, String phase, boolean owned) {
    return new PersistentVolumeClaimBuilder()
        .withNewMetadata()
        .withName("data-flights-data-a-0")
        .withNamespace("travel")
        .withUid("uid-of-claim")
        .withLabels(Map.of(Labels.COMPONENT, component))
        .withOwnerReferences(
            owned ? List.of(new OwnerReferenceBuilder().withUid(Clusters.UID).build()) : List.of())
        .endMetadata()
        .withNewSpec()
        .withNewResources()
        .addToRequests("storage", new Quantity(size))
        .endResources()
        .endSpec()
        .withNewStatus()
        .withPhase(phase)
        .endStatus()
        .build();
  }
}
