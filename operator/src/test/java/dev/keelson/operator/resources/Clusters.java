package dev.keelson.operator.resources;

import dev.keelson.crds.v1alpha1.DatabaseCluster;
import dev.keelson.crds.v1alpha1.DatabaseClusterSpec;
import dev.keelson.crds.v1alpha1.Deletion;
import dev.keelson.crds.v1alpha1.Etcd;
import dev.keelson.crds.v1alpha1.ImagePullPolicy;
import dev.keelson.crds.v1alpha1.ManagedEtcd;
import dev.keelson.crds.v1alpha1.Routers;
import dev.keelson.crds.v1alpha1.Storage;
import dev.keelson.crds.v1alpha1.VolumePolicy;
import dev.keelson.crds.v1alpha1.Zone;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import java.util.List;
import java.util.Map;

/** Clusters for tests, as the API server would answer them. */
public final class Clusters {
  public static final String UID = "3f2a91bc-0000-4000-8000-000000000001";

  private Clusters() {}

  /** Three zones of a node each, everything else by default. */
  public static DatabaseCluster threeZones() {
    return cluster(
        spec(
            List.of(new Zone("a", 1), new Zone("b", 1), new Zone("c", 1)),
            3,
            2,
            VolumePolicy.RETAIN,
            managed(3)));
  }

  /** One node, one router, one copy, an etcd of one's own. */
  public static DatabaseCluster oneNode() {
    return cluster(
        spec(
            List.of(new Zone("a", 1)),
            1,
            1,
            VolumePolicy.RETAIN,
            new Etcd(null, List.of("http://etcd-0.infra:2379", "http://etcd-1.infra:2379"))));
  }

  public static DatabaseCluster cluster(DatabaseClusterSpec spec) {
    DatabaseCluster cluster = new DatabaseCluster();
    cluster.setMetadata(
        new ObjectMetaBuilder()
            .withName("flights")
            .withNamespace("travel")
            .withUid(UID)
            .withGeneration(1L)
            .build());
    cluster.setSpec(spec);
    return cluster;
  }

  public static DatabaseClusterSpec spec(
      List<Zone> zones, int factor, int routers, VolumePolicy volumes, Etcd etcd) {
    return new DatabaseClusterSpec(
        zones,
        factor,
        12,
        new Routers(routers, false, null),
        new Storage("10Gi", null),
        null,
        null,
        ImagePullPolicy.IF_NOT_PRESENT,
        etcd,
        new Deletion(volumes));
  }

  public static Etcd managed(int members) {
    return new Etcd(new ManagedEtcd(members, new Storage("2Gi", null), null), null);
  }

  public static Wish wish(DatabaseCluster cluster) {
    return new Wish(
        cluster,
        "keelson:test",
        Wish.newData(cluster),
        cluster.getSpec().nodeCount(),
        Map.of(),
        Map.of());
  }
}
