package dev.keelson.core.placement;

import dev.keelson.core.shard.NodeId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Chooses the voters of new shards one after another: first other zones, then the nodes with the
 * fewest replicas. Greedy, which is even as long as zones are of one size; where they are not, a
 * zone's loss costs one voter, and that goes before an even number of replicas.
 */
final class ReplicaSpread {
  private final Map<NodeId, Integer> replicas = new HashMap<>();

  void count(NodeId node) {
    replicas.merge(node, 1, Integer::sum);
  }

  /** {@code factor} distinct nodes; the caller has checked that there are so many. */
  List<PlacementNode> choose(List<PlacementNode> eligible, int factor) {
    List<PlacementNode> chosen = new ArrayList<>();
    List<PlacementNode> left = new ArrayList<>(eligible);
    Map<String, Integer> inZone = new HashMap<>();
    while (chosen.size() < factor) {
      PlacementNode next = left.stream().min(order(inZone, left)).orElseThrow();
      left.remove(next);
      chosen.add(next);
      inZone.merge(next.zone(), 1, Integer::sum);
      count(next.node());
    }
    return chosen;
  }

  private Comparator<PlacementNode> order(
      Map<String, Integer> inZone, List<PlacementNode> candidates) {
    // Among zones alike, the one whose nodes have most room on average: else, with more zones than
    // voters, small zones would fill their nodes as fast as large ones.
    Map<String, Double> load = new HashMap<>();
    candidates.forEach(it -> load.computeIfAbsent(it.zone(), zone -> average(zone, candidates)));
    return Comparator.<PlacementNode>comparingInt(it -> inZone.getOrDefault(it.zone(), 0))
        .thenComparingDouble(it -> load.getOrDefault(it.zone(), 0.0))
        .thenComparingInt(it -> replicas.getOrDefault(it.node(), 0))
        .thenComparing(PlacementNode::node);
  }

  private double average(String zone, List<PlacementNode> candidates) {
    return candidates.stream()
        .filter(it -> it.zone().equals(zone))
        .mapToInt(it -> replicas.getOrDefault(it.node(), 0))
        .average()
        .orElse(0);
  }
}
