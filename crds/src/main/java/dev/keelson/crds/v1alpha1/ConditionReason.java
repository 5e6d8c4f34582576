package dev.keelson.crds.v1alpha1;

/** Why a condition is as it is. Names are never reused for something else. */
public enum ConditionReason {
  /** Ready, Available: everything is as asked. */
  AS_ASKED("AsAsked"),
  /** Reconciling, Stalled: False, for there is nothing to say. */
  NOTHING_TO_DO("NothingToDo"),
  /** Objects were just created or changed, and their controllers have not followed yet. */
  APPLYING("Applying"),
  /** Members of the managed etcd are not ready. */
  ETCD_NOT_READY("EtcdNotReady"),
  /** Data nodes are not ready. */
  DATA_NODES_NOT_READY("DataNodesNotReady"),
  /** Routers are not ready. */
  ROUTERS_NOT_READY("RoutersNotReady"),
  /** Pods run an earlier template; data nodes are replaced only when somebody deletes their pod. */
  PODS_OUT_OF_DATE("PodsOutOfDate"),
  /** No router answers the operator; nothing is known of shards and members. */
  DATABASE_UNREACHABLE("DatabaseUnreachable"),
  /** The database answers, but has not placed all shards yet. */
  PLACING_SHARDS("PlacingShards"),
  /** Shards have no leader now and are not served. */
  SHARDS_WITHOUT_LEADER("ShardsWithoutLeader"),
  /** Replicas of shards do not answer; another failure may stop those shards. */
  REPLICAS_MISSING("ReplicasMissing"),
  /** An object with a name that the cluster needs belongs to somebody else. */
  FOREIGN_OBJECT("ForeignObject"),
  /** Volumes with names that the cluster needs hold data of an earlier cluster. */
  VOLUMES_OF_EARLIER_CLUSTER("VolumesOfEarlierCluster"),
  /** Fewer nodes were asked for than there are, which is not supported yet. */
  SCALE_IN_UNSUPPORTED("ScaleInUnsupported"),
  /** No image is named, neither in the resource nor for the operator. */
  NO_IMAGE("NoImage"),
  /** The API server refused an object for good (invalid, forbidden, over quota). */
  REFUSED_BY_API_SERVER("RefusedByApiServer"),
  /** The API server did not do what was asked; the operator tries again. */
  API_SERVER_FAILED("ApiServerFailed");

  private final String word;

  ConditionReason(String word) {
    this.word = word;
  }

  public String word() {
    return word;
  }
}
