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
  /** A zone that has nodes is asked for no longer, which is not supported yet. */
  SCALE_IN_UNSUPPORTED("ScaleInUnsupported"),
  /** Fewer nodes were asked for; whether they can go is not known yet. */
  CHECKING_SCALE_IN("CheckingScaleIn"),
  /** Replicas and leaders move away from nodes that are to go. */
  DRAINING_NODES("DrainingNodes"),
  /** No shard seems to name the nodes that are to go; the metadata store has not confirmed it. */
  VERIFYING_DRAIN("VerifyingDrain"),
  /** Nodes that hold nothing any more are stopping. */
  REMOVING_NODES("RemovingNodes"),
  /** Fewer nodes would stay than a shard has replicas. */
  NOT_ENOUGH_NODES("NotEnoughNodes"),
  /** The disks of the nodes that would stay have no room for what would move to them. */
  NOT_ENOUGH_SPACE("NotEnoughSpace"),
  /** A node that is to go has come no further for too long. */
  SCALE_IN_OVERDUE("ScaleInOverdue"),
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
