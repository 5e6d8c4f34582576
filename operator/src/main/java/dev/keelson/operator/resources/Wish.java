package dev.keelson.operator.resources;

import dev.keelson.crds.v1alpha1.DatabaseCluster;
import dev.keelson.crds.v1alpha1.DatabaseClusterSpec;
import dev.keelson.crds.v1alpha1.Zone;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import java.util.Map;

/**
 * All that the builders may know: the resource, and what was decided about it by looking at the
 * world.
 *
 * @param image what all processes run
 * @param data identity of the data, part of etcd's keys and label of all volumes
 * @param firstNodes how many nodes the cluster was made with; the first placement waits for them
 * @param nodes by name of a zone: how many data nodes it shall have now, which is more than asked
 *     for while some are not empty yet; as asked for zones that are not named
 * @param claimTemplates by name of a StatefulSet that exists: its template, which cannot be changed
 */
public record Wish(
    DatabaseCluster cluster,
    String image,
    String data,
    int firstNodes,
    Map<String, Integer> nodes,
    Map<String, PersistentVolumeClaim> claimTemplates) {

  public Wish {
    nodes = Map.copyOf(nodes);
    claimTemplates = Map.copyOf(claimTemplates);
  }

  int nodes(Zone zone) {
    return nodes.getOrDefault(zone.name(), zone.nodes());
  }

  Names names() {
    return Names.of(cluster);
  }

  DatabaseClusterSpec spec() {
    return cluster.getSpec();
  }

  /** The identity of data that this cluster would begin: new for each resource. */
  public static String newData(DatabaseCluster cluster) {
    String uid = cluster.getMetadata().getUid();
    return cluster.getMetadata().getName() + "-" + uid.substring(0, Math.min(8, uid.length()));
  }
}
