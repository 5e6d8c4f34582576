package dev.keelson.operator.scaling;

import dev.keelson.crds.v1alpha1.ConditionReason;
import dev.keelson.proto.v1.DescribeClusterResponse;
import dev.keelson.proto.v1.Member;
import dev.keelson.proto.v1.MemberHealth;
import dev.keelson.proto.v1.Shard;
import dev.keelson.proto.v1.ShardReplica;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Whether the nodes that stay can take over what those have that are to go. */
final class Room {
  /** Of the free space of the nodes that stay; the rest is for what is written meanwhile. */
  private static final double USABLE_SHARE = 0.8;

  private final DescribeClusterResponse cluster;
  private final Set<String> leaving;
  private final List<Member> staying;
  private final int askedNodes;

  /**
   * @param askedNodes how many nodes the whole cluster shall have
   */
  Room(DescribeClusterResponse cluster, Set<String> leaving, int askedNodes) {
    this.cluster = cluster;
    this.leaving = leaving;
    this.askedNodes = askedNodes;
    this.staying =
        cluster.getMembersList().stream()
            .filter(member -> !leaving.contains(member.getNode()) && takesReplicas(member))
            .toList();
  }

  Optional<Obstacle> obstacle() {
    return tooFewAsked().or(this::notWhole).or(this::tooFewThere).or(this::tooLittleSpace);
  }

  private static boolean takesReplicas(Member member) {
    return switch (member.getHealth()) {
      case HEALTHY, DEGRADED -> !member.getDrained();
      case UNREACHABLE, GONE, MEMBER_HEALTH_UNSPECIFIED, UNRECOGNIZED -> false;
    };
  }

  private Optional<Obstacle> tooFewAsked() {
    return askedNodes >= replicas()
        ? Optional.empty()
        : Optional.of(
            new Obstacle(
                ConditionReason.NOT_ENOUGH_NODES,
                "a shard has "
                    + replicas()
                    + " replicas and only "
                    + askedNodes
                    + " data nodes would stay: ask for at least "
                    + replicas(),
                true));
  }

  /** The most that a shard has while it is at rest. */
  private int replicas() {
    return cluster.getShardsList().stream()
        .filter(shard -> !shard.getMoving())
        .mapToInt(Shard::getReplicasCount)
        .max()
        .orElse(0);
  }

  private Optional<Obstacle> notWhole() {
    long broken = cluster.getShardsList().stream().filter(shard -> !isWhole(shard)).count();
    return broken == 0
        ? Optional.empty()
        : Optional.of(
            Obstacle.passing(
                broken
                    + " shards have no leader or miss the answer of a replica; first they mend"));
  }

  private static boolean isWhole(Shard shard) {
    return !shard.getLeader().isEmpty()
        && shard.getReplicasList().stream().allMatch(ShardReplica::getReachable);
  }

  private Optional<Obstacle> tooFewThere() {
    return staying.size() >= replicas()
        ? Optional.empty()
        : Optional.of(
            Obstacle.passing(
                "only "
                    + staying.size()
                    + " of the data nodes that stay can take replicas now, and a shard has "
                    + replicas()));
  }

  private Optional<Obstacle> tooLittleSpace() {
    long needed =
        cluster.getMembersList().stream()
            .filter(member -> leaving.contains(member.getNode()))
            .filter(member -> member.getHealth() != MemberHealth.GONE)
            .mapToLong(Member::getDiskUsedBytes)
            .sum();
    long free = staying.stream().mapToLong(Member::getDiskFreeBytes).sum();
    return needed <= free * USABLE_SHARE
        ? Optional.empty()
        : Optional.of(
            new Obstacle(
                ConditionReason.NOT_ENOUGH_SPACE,
                needed
                    + " bytes would move to data nodes that have "
                    + free
                    + " bytes free together: make spec.storage.size larger or keep more nodes",
                true));
  }
}
