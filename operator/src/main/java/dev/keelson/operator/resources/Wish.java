package dev.keelson.operator.resources;

import dev.keelson.crds.v1alpha1.DatabaseCluster;
import dev.keelson.crds.v1alpha1.DatabaseClusterSpec;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import java.util.Map;

/**
 * All that the builders may know: the resource, and what was decided about it by looking at the
 * world.
 *
 * @param image what all processes run
 * @param data identity of the data, part of etcd's keys and label of all volumes
 * @param firstNodes how many nodes the cluster was made with; the first placement waits for them
 * @param claimTemplates by name of a StatefulSet that exists: its template, which cannot be changed
 */
public record Wish(
    DatabaseCluster cluster,
    String image,
    String data,
    int firstNodes,
    Map<String, PersistentVolumeClaim> claimTemplates) {

  public Wish {
    claimTemplates = Map.copyOf(claimTemplates);
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
