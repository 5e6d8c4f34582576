package dev.keelson.core.placement;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.joining;
import static java.util.stream.Collectors.toMap;

import dev.keelson.core.placement.PlacementPlan.NewShard;
import dev.keelson.core.placement.PlacementPlan.Preference;
import dev.keelson.core.shard.HashRange;
import dev.keelson.core.shard.NodeId;
import dev.keelson.core.shard.ReplicaId;
import dev.keelson.core.shard.ShardConfig;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Compares what there is with what there should be. Pure: the same view gives the same plan, and
 * the view after a plan was carried out gives an empty one.
 */
public final class PlacementPlanner {
  /** New shards are balanced under numbers that no stored shard has. */
  private static final int FIRST_NEW = Integer.MAX_VALUE / 2;

  private final PlacementView view;
  private final Map<NodeId, PlacementNode> nodes;
  private final Map<Integer, List<ShardConfig>> shardsOf;
  private final List<String> findings = new ArrayList<>();

  private PlacementPlanner(PlacementView view) {
    this.view = view;
    nodes = view.nodes().stream().collect(toMap(PlacementNode::node, it -> it));
    shardsOf = view.shards().stream().collect(groupingBy(ShardConfig::keyspaceId));
  }

  public static PlacementPlan plan(PlacementView view) {
    return new PlacementPlanner(view).plan();
  }

  private PlacementPlan plan() {
    List<ShardConfig> delete = leftOvers();
    List<ShardConfig> kept = view.shards().stream().filter(it -> !delete.contains(it)).toList();
    List<Unled> unled = newShards();
    Map<Integer, NodeId> leaders = balanceLeaders(kept, unled);
    List<NewShard> create = new ArrayList<>();
    for (int i = 0; i < unled.size(); i++) {
      create.add(unled.get(i).ledBy(leaderOf(leaders, FIRST_NEW + i)));
    }
    List<Preference> prefer =
        kept.stream()
            .filter(it -> leaders.containsKey(it.id().number()))
            .map(it -> new Preference(it, leaderOf(leaders, it.id().number())))
            .filter(it -> !it.shard().preferredLeader().equals(Optional.of(it.leader())))
            .toList();
    List<PlacementPlan.Move> moves = new ReplicaMoves(view, nodes, kept, findings).plan();
    return new PlacementPlan(create, delete, prefer, moves, findings);
  }

  private record Unled(KeyspaceLayout keyspace, HashRange range, List<ReplicaId> voters) {
    NewShard ledBy(NodeId leader) {
      return new NewShard(keyspace, range, voters, leader);
    }
  }

  private List<ShardConfig> leftOvers() {
    List<Integer> keyspaces = view.keyspaces().stream().map(KeyspaceLayout::id).toList();
    return view.shards().stream().filter(it -> !keyspaces.contains(it.keyspaceId())).toList();
  }

  private List<Unled> newShards() {
    ReplicaSpread spread = new ReplicaSpread();
    view.shards().forEach(it -> it.voters().forEach(voter -> spread.count(voter.node())));
    List<Unled> made = new ArrayList<>();
    view.keyspaces().stream()
        .sorted(Comparator.comparingInt(KeyspaceLayout::id))
        .forEach(it -> place(it, spread, made));
    return made;
  }

  private void place(KeyspaceLayout keyspace, ReplicaSpread spread, List<Unled> made) {
    List<HashRange> missing = missingRanges(keyspace);
    if (missing.isEmpty()) {
      return;
    }
    List<PlacementNode> eligible =
        view.nodes().stream()
            .filter(it -> it.takesReplicas() && keyspace.mayLieIn(it.zone()))
            .sorted(Comparator.comparing(PlacementNode::node))
            .toList();
    int needed =
        view.shards().isEmpty()
            ? Math.max(view.expectedNodes(), keyspace.replicationFactor())
            : keyspace.replicationFactor();
    // The expected nodes may lie in zones that this keyspace does not use, and nobody waits for
    // those that were sent away.
    long registered = view.nodes().stream().filter(it -> it.isRegistered() || it.drained()).count();
    if (eligible.size() < keyspace.replicationFactor() || registered < needed) {
      findings.add(waitingFor(keyspace, needed, eligible));
      return;
    }
    for (HashRange range : missing) {
      List<ReplicaId> voters =
          spread.choose(eligible, keyspace.replicationFactor()).stream()
              .map(PlacementNode::replica)
              .toList();
      made.add(new Unled(keyspace, range, voters));
    }
  }

  /** The parts that no shard covers; after a split a part is covered by several. */
  private List<HashRange> missingRanges(KeyspaceLayout keyspace) {
    List<ShardConfig> existing = shardsOf.getOrDefault(keyspace.id(), List.of());
    return IntStream.range(0, keyspace.shards())
        .mapToObj(part -> HashRange.part(part, keyspace.shards()))
        .filter(part -> existing.stream().noneMatch(it -> overlap(it.range(), part)))
        .toList();
  }

  private static boolean overlap(HashRange one, HashRange other) {
    return one.start() < other.end() && other.start() < one.end();
  }

  private static String waitingFor(
      KeyspaceLayout keyspace, int needed, List<PlacementNode> eligible) {
    return "keyspace "
        + keyspace.name()
        + " waits for "
        + needed
        + " data nodes"
        + (keyspace.zones().isEmpty() ? "" : " in zones " + keyspace.zones())
        + "; registered: "
        + (eligible.isEmpty()
            ? "none"
            : eligible.stream().map(it -> it.node().name()).collect(joining(", ")));
  }

  private Map<Integer, NodeId> balanceLeaders(List<ShardConfig> kept, List<Unled> unled) {
    LeaderBalance balance = new LeaderBalance();
    kept.stream()
        .filter(it -> !waitsForItsLeader(it))
        .sorted(Comparator.comparing(ShardConfig::id))
        .forEach(
            it -> {
              List<NodeId> mayLead = ableToLead(it.voters());
              if (!mayLead.isEmpty()) {
                balance.add(
                    new LeaderBalance.Candidate(it.id().number(), mayLead), it.preferredLeader());
              }
            });
    for (int i = 0; i < unled.size(); i++) {
      List<NodeId> voters = unled.get(i).voters().stream().map(ReplicaId::node).toList();
      balance.add(new LeaderBalance.Candidate(FIRST_NEW + i, voters), Optional.empty());
    }
    return balance.balanced();
  }

  /** Its leader is gone so briefly that it is likely to come back. */
  private boolean waitsForItsLeader(ShardConfig shard) {
    return shard.preferredLeader().map(nodes::get).filter(PlacementNode::isBrieflyGone).isPresent();
  }

  /** A node that is drained, or whose disk is full or slow, leads only what nobody else can. */
  private List<NodeId> ableToLead(List<ReplicaId> voters) {
    List<PlacementNode> there =
        voters.stream()
            .flatMap(
                it -> Optional.ofNullable(nodes.get(it.node())).filter(n -> n.has(it)).stream())
            .filter(PlacementNode::isRegistered)
            .toList();
    boolean choice = there.stream().anyMatch(PlacementNode::isFitToLead);
    return there.stream()
        .filter(it -> !choice || it.isFitToLead())
        .map(PlacementNode::node)
        .toList();
  }

  private static NodeId leaderOf(Map<Integer, NodeId> leaders, int shard) {
    NodeId leader = leaders.get(shard);
    if (leader == null) {
      throw new IllegalStateException("no leader chosen for shard " + shard);
    }
    return leader;
  }
}
