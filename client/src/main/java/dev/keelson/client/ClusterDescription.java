package dev.keelson.client;

import dev.keelson.proto.v1.DescribeClusterResponse;
import java.util.List;
import java.util.Optional;

/**
 * How the cluster was when a router looked.
 *
 * @param controller the data node that places replicas now; empty when none does
 */
public record ClusterDescription(
    String clusterId, String controller, List<Member> members, List<Shard> shards) {

  /** How well a data node is. */
  public enum Health {
    HEALTHY,
    /** Serves, but something needs attention. */
    DEGRADED,
    /** Registered, but does not answer. */
    UNREACHABLE,
    /** Not registered now; known from its replicas. */
    GONE,
    UNKNOWN
  }

  /** What a replica does in its shard. */
  public enum Role {
    LEADER,
    FOLLOWER,
    LEARNER,
    SUSPENDED,
    UNKNOWN
  }

  /**
   * A data node.
   *
   * @param address host:port
   * @param reason why it is not healthy, in a sentence
   * @param leaders how many of its replicas lead
   * @param drained whether everything is to move away from it
   */
  public record Member(
      String node,
      String zone,
      String address,
      Health health,
      String reason,
      int replicas,
      int leaders,
      long diskUsedBytes,
      long diskFreeBytes,
      long rows,
      String version,
      boolean drained) {}

  /**
   * A shard: the hash range [rangeStart, rangeEnd) of a keyspace.
   *
   * @param leader empty while it is being elected
   * @param wanted the nodes that are to have the voters; empty while nothing was ever moved
   * @param reason of the move that is under way, or else of the last one
   * @param moving whether the voters are not yet what is wanted
   */
  public record Shard(
      int id,
      String keyspace,
      long rangeStart,
      long rangeEnd,
      long term,
      String leader,
      List<Replica> replicas,
      long rows,
      List<String> wanted,
      String reason,
      boolean moving) {

    /** The shard's replica on a node. */
    public Optional<Replica> on(String node) {
      return replicas.stream().filter(it -> it.node().equals(node)).findFirst();
    }
  }

  /**
   * A shard's replica.
   *
   * @param lagEntries entries that the leader has and this replica has not
   */
  public record Replica(
      String node,
      Role role,
      long lastIndex,
      long commitIndex,
      long appliedIndex,
      long lagEntries,
      boolean reachable) {}

  public ClusterDescription {
    members = List.copyOf(members);
    shards = List.copyOf(shards);
  }

  static ClusterDescription fromProto(DescribeClusterResponse response) {
    return new ClusterDescription(
        response.getClusterId(),
        response.getController(),
        response.getMembersList().stream().map(ClusterDescription::member).toList(),
        response.getShardsList().stream().map(ClusterDescription::shard).toList());
  }

  private static Member member(dev.keelson.proto.v1.Member member) {
    Health health =
        switch (member.getHealth()) {
          case HEALTHY -> Health.HEALTHY;
          case DEGRADED -> Health.DEGRADED;
          case UNREACHABLE -> Health.UNREACHABLE;
          case GONE -> Health.GONE;
          case MEMBER_HEALTH_UNSPECIFIED, UNRECOGNIZED -> Health.UNKNOWN;
        };
    return new Member(
        member.getNode(),
        member.getZone(),
        member.getAddress(),
        health,
        member.getReason(),
        member.getReplicas(),
        member.getLeaders(),
        member.getDiskUsedBytes(),
        member.getDiskFreeBytes(),
        member.getRows(),
        member.getVersion(),
        member.getDrained());
  }

  private static Shard shard(dev.keelson.proto.v1.Shard shard) {
    return new Shard(
        shard.getId(),
        shard.getKeyspace(),
        shard.getRangeStart(),
        shard.getRangeEnd(),
        shard.getTerm(),
        shard.getLeader(),
        shard.getReplicasList().stream().map(ClusterDescription::replica).toList(),
        shard.getRows(),
        List.copyOf(shard.getWantedList()),
        shard.getReason(),
        shard.getMoving());
  }

  private static Replica replica(dev.keelson.proto.v1.ShardReplica replica) {
    Role role =
        switch (replica.getRole()) {
          case LEADER -> Role.LEADER;
          case FOLLOWER_ROLE -> Role.FOLLOWER;
          case LEARNER -> Role.LEARNER;
          case SUSPENDED -> Role.SUSPENDED;
          case REPLICA_ROLE_UNSPECIFIED, UNRECOGNIZED -> Role.UNKNOWN;
        };
    return new Replica(
        replica.getNode(),
        role,
        replica.getLastIndex(),
        replica.getCommitIndex(),
        replica.getAppliedIndex(),
        replica.getLagEntries(),
        replica.getReachable());
  }
}
