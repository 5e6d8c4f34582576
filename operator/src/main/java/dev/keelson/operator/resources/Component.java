package dev.keelson.operator.resources;

import dev.keelson.crds.v1alpha1.DatabaseCluster;
import java.util.List;

/** The processes of a cluster; the word is the label app.kubernetes.io/component. */
public enum Component {
  DATA_NODE("data-node"),
  ROUTER("router"),
  ETCD("etcd");

  private final String word;

  Component(String word) {
    this.word = word;
  }

  public String word() {
    return word;
  }

  /** The components that the operator runs for this cluster. */
  static List<Component> of(DatabaseCluster cluster) {
    return Names.managesEtcd(cluster)
        ? List.of(DATA_NODE, ROUTER, ETCD)
        : List.of(DATA_NODE, ROUTER);
  }
}
