package dev.keelson.router.admin;

import dev.keelson.core.shard.NodeId;
import dev.keelson.core.shard.ReplicaId;
import dev.keelson.core.shard.ShardConfig;
import dev.keelson.core.shard.ShardMap;
import dev.keelson.proto.internal.v1.DescribeNodeResponse;
import dev.keelson.proto.internal.v1.NodeRecord;
import dev.keelson.proto.internal.v1.ReplicaStatus;
import dev.keelson.proto.v1.Member;
import dev.keelson.proto.v1.MemberHealth;
import dev.keelson.proto.v1.Shard;
import dev.keelson.router.admin.NodeQuestions.NodeAnswer;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.IntFunction;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The metadata store's view and the answers of the nodes, as one. */
final class ClusterReport {
  private final ShardMap map;
  private final Map<NodeId, NodeRecord> registered;
  private final Map<NodeId, NodeAnswer> answers;
  private final Map<String, String> drained;
  private final Map<NodeId, DescribeNodeResponse> described = new HashMap<>();

  ClusterReport(
      ShardMap map,
      Map<NodeId, NodeRecord> registered,
      Map<NodeId, NodeAnswer> answers,
      Map<String, String> drained) {
    this.map = map;
    this.drained = drained;
    this.registered = registered;
    this.answers = answers;
    answers.forEach(
        (node, answer) -> {
          if (answer instanceof NodeAnswer.Described it) {
            described.put(node, it.description());
          }
        });
  }

  String controller() {
    return described.entrySet().stream()
        .filter(node -> node.getValue().getController())
        .map(node -> node.getKey().name())
        .min(Comparator.naturalOrder())
        .orElse("");
  }

  /** Every node that is registered, answers, or holds a replica. */
  List<Member> members() {
    Set<NodeId> nodes = new TreeSet<>(registered.keySet());
    nodes.addAll(described.keySet());
    map.shards().forEach(shard -> replicas(shard).forEach(it -> nodes.add(it.node())));
    return nodes.stream().map(this::member).toList();
  }

  private Member member(NodeId node) {
    Member.Builder member =
        Member.newBuilder()
            .setNode(node.name())
            .setDrained(drained.containsKey(node.name()))
            .setDrainReason(drained.getOrDefault(node.name(), ""));
    NodeRecord record = registered.get(node);
    if (record != null) {
      member
          .setZone(record.getZone())
          .setAddress(record.getAddress())
          .setBoot(record.getBoot())
          .setVersion(record.getVersion());
    }
    setHealth(member, record != null, answers.get(node));
    setLoad(member, node);
    return member.build();
  }

  private static void setHealth(
      Member.Builder member, boolean isRegistered, @Nullable NodeAnswer answer) {
    if (answer instanceof NodeAnswer.Described it) {
      setHealth(member, isRegistered, it.description().getDegradedReason());
    } else if (isRegistered) {
      String why = answer instanceof NodeAnswer.Silent it ? it.why() : "could not be asked";
      member.setHealth(MemberHealth.UNREACHABLE).setReason("It " + why + ".");
    } else {
      member
          .setHealth(MemberHealth.GONE)
          .setReason("It is not registered; shards name it as a holder of replicas.");
    }
  }

  private static void setHealth(Member.Builder member, boolean isRegistered, String degraded) {
    if (!isRegistered) {
      member
          .setHealth(MemberHealth.DEGRADED)
          .setReason("It serves, but is not registered: it may not reach etcd.");
    } else if (degraded.isEmpty()) {
      member.setHealth(MemberHealth.HEALTHY);
    } else {
      member.setHealth(MemberHealth.DEGRADED).setReason(degraded);
    }
  }

  private void setLoad(Member.Builder member, NodeId node) {
    DescribeNodeResponse description = described.get(node);
    if (description == null) {
      member
          .setReplicas(
              (int) map.shards().stream().filter(it -> it.replicaOn(node).isPresent()).count())
          .setLeaders(0);
      return;
    }
    List<ReplicaStatus> replicas = description.getReplicasList();
    member
        .setBoot(description.getBoot())
        .setReplicas(replicas.size())
        .setLeaders((int) replicas.stream().filter(ShardReport::leads).count())
        .setDiskUsedBytes(description.getDiskUsedBytes())
        .setDiskFreeBytes(description.getDiskFreeBytes())
        .setRows(replicas.stream().mapToLong(ReplicaStatus::getRows).sum());
    if (!description.getVersion().isEmpty()) {
      member.setVersion(description.getVersion());
    }
  }

  List<Shard> shards(IntFunction<String> keyspaceNames) {
    return map.shards().stream()
        .sorted(Comparator.comparing(ShardConfig::id))
        .map(
            shard ->
                new ShardReport(shard, replicas(shard).toList(), described)
                    .toShard(keyspaceNames.apply(shard.keyspaceId())))
        .toList();
  }

  private static Stream<ReplicaId> replicas(ShardConfig shard) {
    return Stream.of(shard.voters(), shard.previousVoters(), shard.learners())
        .flatMap(List::stream)
        .distinct();
  }
}
