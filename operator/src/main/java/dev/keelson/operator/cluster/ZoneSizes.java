package dev.keelson.operator.cluster;

import dev.keelson.crds.v1alpha1.DatabaseCluster;
import dev.keelson.crds.v1alpha1.Zone;
import dev.keelson.operator.resources.Kind;
import dev.keelson.operator.resources.Names;
import dev.keelson.operator.resources.ObjectKey;
import dev.keelson.operator.scaling.ZoneSize;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import java.util.List;
import java.util.Map;

/** The numbers of data nodes, asked for and there. */
final class ZoneSizes {
  private ZoneSizes() {}

  static List<ZoneSize> of(DatabaseCluster cluster, Map<ObjectKey, HasMetadata> objects) {
    return cluster.getSpec().zones().stream().map(zone -> of(cluster, zone, objects)).toList();
  }

  private static ZoneSize of(
      DatabaseCluster cluster, Zone zone, Map<ObjectKey, HasMetadata> objects) {
    String name = Names.of(cluster).dataNodes(zone.name());
    HasMetadata set = objects.get(new ObjectKey(Kind.STATEFUL_SET, name));
    int there =
        set instanceof StatefulSet own && Ownership.isOwned(own, cluster)
            ? own.getSpec().getReplicas()
            : 0;
    return new ZoneSize(zone.name(), name, zone.nodes(), there);
  }
}
