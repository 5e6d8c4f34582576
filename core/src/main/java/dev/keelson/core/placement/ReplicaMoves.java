package dev.keelson.core.placement;

import dev.keelson.core.shard.NodeId;
import dev.keelson.core.shard.ReplicaId;
import dev.keelson.core.shard.ShardConfig;
import dev.keelson.core.shard.WantedVoters;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Which replicas should lie elsewhere, and why. In this order, and within the limits:
 *
 * <pre>
 *   wishes that can't come true any more
 *   lost replicas, too few, too many, drained nodes
 *   zones that hold two while another could hold one
 *   nodes that hold two more than another
 * </pre>
 *
 * <p>Only whole cures are proposed: a replica goes when another one is to come in its place.
 * Nothing moves for balance while a replica of the shard is away.
 */
final class ReplicaMoves {
  private final Map<NodeId, PlacementNode> nodes;
  private final Map<Integer, KeyspaceLayout> keyspaces;
  private final MoveLimits limits;
  private final List<ShardConfig> shards;
  private final List<String> findings;
  private final Map<NodeId, Integer> load = new HashMap<>();
  private final Map<NodeId, Integer> getting = new HashMap<>();
  private final List<PlacementPlan.Move> moves = new ArrayList<>();
  private int running;

  ReplicaMoves(
      PlacementView view,
      Map<NodeId, PlacementNode> nodes,
      List<ShardConfig> shards,
      List<String> findings) {
    this.nodes = nodes;
    this.shards = shards.stream().sorted(Comparator.comparing(ShardConfig::id)).toList();
    this.findings = findings;
    limits = view.limits();
    keyspaces = view.keyspaces().stream().collect(Collectors.toMap(KeyspaceLayout::id, it -> it));
    nodes.keySet().forEach(it -> load.put(it, 0));
    for (ShardConfig shard : this.shards) {
      goal(shard).forEach(it -> load.merge(it.node(), 1, Integer::sum));
      running += shard.isAsWanted() ? 0 : 1;
      joining(shard, goal(shard)).forEach(it -> getting.merge(it.node(), 1, Integer::sum));
    }
  }

  List<PlacementPlan.Move> plan() {
    shards.stream().filter(it -> !it.isAsWanted()).forEach(this::mend);
    shards.stream().filter(ShardConfig::isAsWanted).forEach(this::mend);
    shards.forEach(this::spreadOverZones);
    balance();
    return moves;
  }

  /** What the voters are to be when all that is under way is done. */
  private static List<ReplicaId> goal(ShardConfig shard) {
    return shard.wanted().map(WantedVoters::voters).orElse(shard.voters());
  }

  private static List<ReplicaId> joining(ShardConfig shard, List<ReplicaId> goal) {
    return goal.stream().filter(it -> !shard.voters().contains(it)).toList();
  }

  // ---- what must be mended

  private void mend(ShardConfig shard) {
    KeyspaceLayout keyspace = keyspaces.get(shard.keyspaceId());
    if (keyspace == null || shard.isChanging()) {
      // A change that is under way ends first, or is undone.
      return;
    }
    List<ReplicaId> kept = new ArrayList<>();
    List<String> reasons = new ArrayList<>();
    for (ReplicaId replica : goal(shard)) {
      Optional<String> fault = fault(shard, keyspace, replica);
      fault.ifPresentOrElse(reasons::add, () -> kept.add(replica));
    }
    int factor = keyspace.replicationFactor();
    if (kept.size() != factor && reasons.isEmpty()) {
      reasons.add("keyspace " + keyspace.name() + " has replication factor " + factor);
    }
    if (!reasons.isEmpty() && mayMove(shard)) {
      fill(shard, keyspace, kept, reasons);
    }
  }

  /** Why a replica can't stay; empty when it can. */
  private Optional<String> fault(ShardConfig shard, KeyspaceLayout keyspace, ReplicaId replica) {
    PlacementNode node = nodes.get(replica.node());
    if (node == null) {
      return Optional.of("node " + replica.node() + " is not known");
    }
    if (node.isLost()) {
      return Optional.of("node " + replica.node() + " has been gone for too long");
    }
    if (!node.has(replica)) {
      return Optional.of("node " + replica.node() + " came back with another disk");
    }
    if (node.drained()) {
      return Optional.of("node " + replica.node() + " is being drained");
    }
    if (!node.zone().isEmpty() && !keyspace.mayLieIn(node.zone())) {
      return Optional.of("keyspace " + keyspace.name() + " does not lie in zone " + node.zone());
    }
    if (!replica.equals(shard.candidate(replica.node(), node.storage()))) {
      return Optional.of("node " + replica.node() + " has another replica of the shard");
    }
    return Optional.empty();
  }

  private void fill(
      ShardConfig shard, KeyspaceLayout keyspace, List<ReplicaId> kept, List<String> reasons) {
    // What the shard itself was to get gives way, or it would wait for its own turn.
    count(joining(shard, goal(shard)), -1);
    Optional<List<ReplicaId>> next = filled(shard, keyspace, kept, reasons);
    count(joining(shard, next.orElseGet(() -> goal(shard))), 1);
    next.ifPresent(it -> move(shard, it, String.join(", ", reasons)));
  }

  private void count(List<ReplicaId> joining, int change) {
    joining.forEach(it -> getting.merge(it.node(), change, Integer::sum));
  }

  /** The voters as they should be; empty when there is no place for one, or not yet. */
  private Optional<List<ReplicaId>> filled(
      ShardConfig shard, KeyspaceLayout keyspace, List<ReplicaId> kept, List<String> reasons) {
    List<ReplicaId> next = new ArrayList<>(kept);
    while (next.size() > keyspace.replicationFactor()) {
      next.remove(mostDispensable(shard, next));
    }
    while (next.size() < keyspace.replicationFactor()) {
      Optional<PlacementNode> place = place(shard, keyspace, next);
      if (place.isEmpty()) {
        findings.add(
            shard.id()
                + " needs another node for a replica: "
                + String.join(", ", reasons)
                + ", and no other node may take one");
        return Optional.empty();
      }
      if (!isFree(shard, place.get())) {
        // Its turn comes.
        return Optional.empty();
      }
      next.add(shard.candidate(place.get().node(), place.get().storage()));
    }
    return Optional.of(next);
  }

  /** One of a zone with most of them, on the fullest node; the leader last. */
  private ReplicaId mostDispensable(ShardConfig shard, List<ReplicaId> replicas) {
    Map<String, Integer> inZone = zones(replicas);
    return replicas.stream()
        .max(
            Comparator.<ReplicaId>comparingInt(it -> inZone.getOrDefault(zone(it.node()), 0))
                .thenComparing(it -> shard.leader().filter(it.node()::equals).isEmpty())
                .thenComparingInt(it -> load(it.node()))
                .thenComparing(ReplicaId::node))
        .orElseThrow();
  }

  /** Another zone first, then the node that had the replica, then one with time, the emptiest. */
  private Optional<PlacementNode> place(
      ShardConfig shard, KeyspaceLayout keyspace, List<ReplicaId> taken) {
    Map<String, Integer> inZone = zones(taken);
    List<NodeId> had = goal(shard).stream().map(ReplicaId::node).toList();
    return nodes.values().stream()
        .filter(PlacementNode::takesReplicas)
        .filter(it -> keyspace.mayLieIn(it.zone()))
        .filter(it -> taken.stream().noneMatch(other -> other.node().equals(it.node())))
        .min(
            Comparator.<PlacementNode>comparingInt(it -> inZone.getOrDefault(it.zone(), 0))
                .thenComparing(it -> !had.contains(it.node()))
                .thenComparing(it -> !isFree(shard, it))
                .thenComparingInt(it -> load(it.node()))
                .thenComparing(PlacementNode::node));
  }

  /** It has the replica already, or gets few others now. */
  private boolean isFree(ShardConfig shard, PlacementNode node) {
    return shard.voters().stream().anyMatch(node::has)
        || getting.getOrDefault(node.node(), 0) < limits.perNode();
  }

  // ---- what could lie better

  private void spreadOverZones(ShardConfig shard) {
    KeyspaceLayout keyspace = keyspaces.get(shard.keyspaceId());
    if (keyspace == null || !isAtEase(shard)) {
      return;
    }
    List<ReplicaId> voters = shard.voters();
    Map<String, Integer> inZone = zones(voters);
    ReplicaId crowded = mostDispensable(shard, voters);
    int crowd = inZone.getOrDefault(zone(crowded.node()), 0);
    List<ReplicaId> others = voters.stream().filter(it -> !it.equals(crowded)).toList();
    place(shard, keyspace, others)
        .filter(it -> isFree(shard, it) && inZone.getOrDefault(it.zone(), 0) <= crowd - 2)
        .ifPresent(
            it ->
                moveOne(
                    shard,
                    replaced(shard, crowded, it),
                    "zone "
                        + zone(crowded.node())
                        + " has "
                        + crowd
                        + " replicas, zone "
                        + it.zone()
                        + " has "
                        + inZone.getOrDefault(it.zone(), 0)));
  }

  private void balance() {
    List<NodeId> fullestFirst = new ArrayList<>(nodes.keySet());
    fullestFirst.sort(
        Comparator.<NodeId>comparingInt(it -> -load(it)).thenComparing(Comparator.naturalOrder()));
    for (NodeId from : fullestFirst) {
      for (int i = fullestFirst.size() - 1; i >= 0; i--) {
        PlacementNode to = node(fullestFirst.get(i));
        if (to.takesReplicas() && load(from) - load(to.node()) >= 2) {
          relieve(from, to);
        }
      }
    }
  }

  private void relieve(NodeId from, PlacementNode to) {
    for (ShardConfig shard : shards) {
      if (load(from) - load(to.node()) < 2) {
        return;
      }
      Optional<ReplicaId> moved =
          shard.voters().stream().filter(it -> it.node().equals(from)).findFirst();
      if (moved.isPresent() && isAtEase(shard) && fits(shard, from, to)) {
        moveOne(
            shard,
            replaced(shard, moved.get(), to),
            "node "
                + from
                + " had "
                + load(from)
                + " replicas, node "
                + to.node()
                + " had "
                + load(to.node()));
      }
    }
  }

  /** The shard lies in as many zones as before. */
  private boolean fits(ShardConfig shard, NodeId from, PlacementNode to) {
    KeyspaceLayout keyspace = keyspaces.get(shard.keyspaceId());
    Map<String, Integer> inZone = zones(shard.voters());
    return keyspace != null
        && keyspace.mayLieIn(to.zone())
        && shard.voters().stream().noneMatch(it -> it.node().equals(to.node()))
        && isFree(shard, to)
        && (to.zone().equals(zone(from))
            || inZone.getOrDefault(to.zone(), 0) < inZone.getOrDefault(zone(from), 0));
  }

  /** All its replicas are there, nothing is under way, and the limit allows one more move. */
  private boolean isAtEase(ShardConfig shard) {
    return shard.isAsWanted()
        && shard.revision() > 0
        && running < limits.perCluster()
        && moves.stream().noneMatch(it -> it.shard().equals(shard))
        && shard.voters().stream().allMatch(it -> nodes.containsKey(it.node()) && isThere(it));
  }

  private boolean isThere(ReplicaId replica) {
    PlacementNode node = node(replica.node());
    return node.isRegistered() && node.has(replica);
  }

  // ---- both

  private boolean mayMove(ShardConfig shard) {
    return shard.revision() > 0 && (!shard.isAsWanted() || running < limits.perCluster());
  }

  private static List<ReplicaId> replaced(ShardConfig shard, ReplicaId old, PlacementNode by) {
    ReplicaId replacement = shard.candidate(by.node(), by.storage());
    return shard.voters().stream().map(it -> it.equals(old) ? replacement : it).toList();
  }

  private void moveOne(ShardConfig shard, List<ReplicaId> next, String reason) {
    count(joining(shard, next), 1);
    move(shard, next, reason);
  }

  private void move(ShardConfig shard, List<ReplicaId> next, String reason) {
    running += shard.isAsWanted() ? 1 : 0;
    goal(shard).forEach(it -> load.merge(it.node(), -1, Integer::sum));
    next.forEach(it -> load.merge(it.node(), 1, Integer::sum));
    moves.add(new PlacementPlan.Move(shard, new WantedVoters(next, reason)));
  }

  private Map<String, Integer> zones(List<ReplicaId> replicas) {
    Map<String, Integer> inZone = new HashMap<>();
    replicas.forEach(it -> inZone.merge(zone(it.node()), 1, Integer::sum));
    return inZone;
  }

  private String zone(NodeId node) {
    PlacementNode known = nodes.get(node);
    return known == null ? "" : known.zone();
  }

  private PlacementNode node(NodeId id) {
    PlacementNode node = nodes.get(id);
    if (node == null) {
      throw new IllegalStateException("no node " + id);
    }
    return node;
  }

  private int load(NodeId node) {
    return load.getOrDefault(node, 0);
  }
}
