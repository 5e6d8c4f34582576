package dev.keelson.operator.scaling;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What follows from the numbers of nodes that are asked for and those that are there.
 *
 * @param nodes by zone: how many pods its StatefulSet shall keep now
 * @param acts what the database is to be told; each may be told again
 * @param leaving the nodes that are to go
 * @param obstacle why none of them may begin to
 */
public record Scaling(
    Map<String, Integer> nodes,
    List<NodeAct> acts,
    List<Leaving> leaving,
    Optional<Obstacle> obstacle) {
  public Scaling {
    nodes = Map.copyOf(nodes);
    acts = List.copyOf(acts);
    leaving = List.copyOf(leaving);
  }

  /** Nobody comes or goes. */
  public static Scaling none() {
    return new Scaling(Map.of(), List.of(), List.of(), Optional.empty());
  }
}
