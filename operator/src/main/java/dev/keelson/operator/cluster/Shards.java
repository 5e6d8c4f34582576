package dev.keelson.operator.cluster;

import dev.keelson.crds.v1alpha1.MemberStatus;
import dev.keelson.crds.v1alpha1.ShardSummary;
import dev.keelson.proto.v1.DescribeClusterResponse;
import dev.keelson.proto.v1.Member;
import dev.keelson.proto.v1.MemberHealth;
import dev.keelson.proto.v1.Shard;
import dev.keelson.proto.v1.ShardReplica;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the database says of itself, in the words of the status. */
final class Shards {
  private static final int MEMBERS_AT_MOST = 200;
  private static final int LONGEST_REASON = 200;

  private Shards() {}

  static ShardSummary summary(DescribeClusterResponse description) {
    List<Shard> shards = description.getShardsList();
    return new ShardSummary(
        shards.size(),
        (int) shards.stream().filter(shard -> !shard.getLeader().isEmpty()).count(),
        (int) shards.stream().filter(Shards::isComplete).count());
  }

  private static boolean isComplete(Shard shard) {
    return shard.getReplicasCount() > 0
        && shard.getReplicasList().stream().allMatch(ShardReplica::getReachable);
  }

  static List<MemberStatus> members(DescribeClusterResponse description) {
    return description.getMembersList().stream()
        .sorted(Comparator.comparing(Member::getNode))
        .limit(MEMBERS_AT_MOST)
        .map(Shards::member)
        .toList();
  }

  private static MemberStatus member(Member member) {
    String reason = member.getReason();
    return new MemberStatus(
        member.getNode(),
        member.getZone(),
        health(member.getHealth()),
        emptyToAbsent(reason.substring(0, Math.min(reason.length(), LONGEST_REASON))),
        member.getReplicas(),
        member.getLeaders(),
        emptyToAbsent(member.getVersion()));
  }

  private static String health(MemberHealth health) {
    return switch (health) {
      case HEALTHY -> "Healthy";
      case DEGRADED -> "Degraded";
      case UNREACHABLE -> "Unreachable";
      case GONE -> "Gone";
      case MEMBER_HEALTH_UNSPECIFIED, UNRECOGNIZED -> "Unknown";
    };
  }

  static @Nullable String emptyToAbsent(String text) {
    return text.isEmpty() ? null : text;
  }
}
