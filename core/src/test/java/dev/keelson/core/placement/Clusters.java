package dev.keelson.core.placement;

import dev.keelson.core.placement.PlacementNode.Presence;
import dev.keelson.core.placement.PlacementPlan.NewShard;
import dev.keelson.core.shard.NodeId;
import dev.keelson.core.shard.ReplicaId;
import dev.keelson.core.shard.ShardConfig;
import dev.keelson.core.shard.ShardId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Small clusters for the tests of this package, and a controller that carries out every plan. */
final class Clusters {
  private Clusters() {}

  static PlacementNode node(String name, String zone) {
    return new PlacementNode(new NodeId(name), zone, "disk-" + name, Presence.REGISTERED);
  }

  static List<PlacementNode> nodes(int count, int zones) {
    return IntStream.rangeClosed(1, count)
        .mapToObj(i -> node("n" + i, "zone-" + ((i - 1) % zones + 1)))
        .toList();
  }

  static KeyspaceLayout keyspace(int id, int shards, int replicationFactor) {
    return new KeyspaceLayout(id, "main-" + id, shards, replicationFactor, Set.of());
  }

  static PlacementView view(List<PlacementNode> nodes, KeyspaceLayout... keyspaces) {
    return new PlacementView(nodes, List.of(keyspaces), List.of(), 1);
  }

  /** The shards when everything that the plans for this view want is done. */
  static List<ShardConfig> carryOut(PlacementView view) {
    List<ShardConfig> shards = carryOutOnce(view);
    for (int round = 0; round < 200; round++) {
      PlacementView next = new PlacementView(view.nodes(), view.keyspaces(), shards, 1);
      if (PlacementPlanner.plan(next).moves().isEmpty()) {
        return carryOutOnce(next);
      }
      shards = carryOutOnce(next);
    }
    throw new AssertionError("the moves do not end");
  }

  static List<ShardConfig> carryOutOnce(PlacementView view) {
    PlacementPlan plan = PlacementPlanner.plan(view);
    Map<ShardId, ShardConfig> shards = new TreeMap<>();
    view.shards().forEach(it -> shards.put(it.id(), it));
    plan.delete().forEach(it -> shards.remove(it.id()));
    plan.prefer().forEach(it -> shards.put(it.shard().id(), preferring(it)));
    plan.moves().forEach(it -> shards.computeIfPresent(it.shard().id(), (id, s) -> moved(s, it)));
    int next = view.shards().stream().mapToInt(it -> it.id().number() + 1).max().orElse(0);
    for (NewShard created : plan.create()) {
      ShardId id = new ShardId(next++);
      shards.put(id, stored(id, created));
    }
    return new ArrayList<>(shards.values());
  }

  /** As its leader leaves it in the end. */
  static ShardConfig moved(ShardConfig shard, PlacementPlan.Move move) {
    ShardConfig wanted = shard.withWanted(move.wanted());
    return new ShardConfig(
        wanted.id(),
        wanted.keyspaceId(),
        wanted.range(),
        wanted.term() + 1,
        wanted.election(),
        wanted.leader(),
        move.wanted().voters(),
        List.of(),
        List.of(),
        wanted.preferredLeader(),
        wanted.wanted(),
        wanted.revision() + 4);
  }

  private static ShardConfig preferring(PlacementPlan.Preference preference) {
    return ShardConfig.fromRecord(
        preference.shard().toRecord().toBuilder()
            .setPreferredLeader(preference.leader().name())
            .build(),
        preference.shard().revision() + 1);
  }

  private static ShardConfig stored(ShardId id, NewShard created) {
    return new ShardConfig(
        id,
        created.keyspace().id(),
        created.range(),
        0,
        Optional.empty(),
        Optional.empty(),
        created.voters(),
        List.of(),
        List.of(),
        Optional.of(created.preferredLeader()),
        1);
  }

  static Map<NodeId, Integer> replicas(List<ShardConfig> shards) {
    return shards.stream()
        .flatMap(it -> it.voters().stream())
        .collect(Collectors.toMap(ReplicaId::node, it -> 1, Integer::sum, TreeMap::new));
  }

  static Map<NodeId, Integer> leaders(List<ShardConfig> shards) {
    return shards.stream()
        .map(it -> it.preferredLeader().orElseThrow())
        .collect(Collectors.toMap(it -> it, it -> 1, Integer::sum, TreeMap::new));
  }

  static Set<String> zones(ShardConfig shard, List<PlacementNode> nodes) {
    return shard.voters().stream()
        .map(voter -> nodes.stream().filter(it -> it.node().equals(voter.node())).findFirst())
        .map(it -> it.orElseThrow().zone())
        .collect(Collectors.toSet());
  }
}
