package dev.keelson.core.placement;

import static dev.keelson.core.placement.Clusters.keyspace;
import static dev.keelson.core.placement.Clusters.node;
import static dev.keelson.core.placement.Clusters.nodes;
import static org.assertj.core.api.Assertions.assertThat;

import dev.keelson.core.placement.PlacementNode.Presence;
import dev.keelson.core.shard.NodeId;
import dev.keelson.core.shard.ReplicaId;
import dev.keelson.core.shard.ShardConfig;
import dev.keelson.core.shard.WantedVoters;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

final class ReplicaMovesTest {
  private static final KeyspaceLayout MAIN = keyspace(1, 6, 3);

  private final List<PlacementNode> four = nodes(4, 4);
  private final List<ShardConfig> onThree =
      Clusters.carryOut(new PlacementView(nodes(3, 3), List.of(MAIN), List.of(), 1));

  @Test
  void nothing_moves_while_all_is_well() {
    assertThat(plan(nodes(3, 3), onThree).moves()).isEmpty();
  }

  @Test
  void a_node_that_is_gone_for_a_while_keeps_its_replicas() {
    List<PlacementNode> nodes = changed(four, "n3", it -> with(it, Presence.GONE));

    assertThat(plan(nodes, onThree).moves()).isEmpty();
  }

  @Test
  void replicas_of_a_lost_node_are_made_anew_elsewhere() {
    List<PlacementNode> nodes = changed(four, "n3", it -> with(it, Presence.LOST));

    List<PlacementPlan.Move> moves = plan(nodes, onThree).moves();

    assertThat(moves).isNotEmpty();
    assertThat(moves).allSatisfy(it -> assertThat(voters(it)).containsOnly("n1", "n2", "n4"));
    assertThat(moves.getFirst().wanted().reason()).isEqualTo("node n3 has been gone for too long");
  }

  @Test
  void a_replica_that_never_was_has_a_storage_of_its_own() {
    List<PlacementNode> nodes = changed(four, "n3", it -> with(it, Presence.LOST));
    PlacementPlan.Move move = plan(nodes, onThree).moves().getFirst();

    ReplicaId added =
        move.wanted().voters().stream()
            .filter(it -> it.node().name().equals("n4"))
            .findFirst()
            .orElseThrow();

    assertThat(added.disk()).isEqualTo("disk-n4");
    assertThat(added.incarnation()).isEqualTo(move.shard().revision());
  }

  @Test
  void a_lost_node_without_another_in_its_place_is_a_finding() {
    List<PlacementNode> nodes = changed(nodes(3, 3), "n3", it -> with(it, Presence.LOST));

    PlacementPlan plan = plan(nodes, onThree);

    assertThat(plan.moves()).isEmpty();
    assertThat(plan.findings()).anySatisfy(it -> assertThat(it).contains("needs another node"));
  }

  @Test
  void a_node_with_another_disk_becomes_a_voter_again() {
    List<PlacementNode> nodes =
        changed(
            four,
            "n3",
            it -> new PlacementNode(it.node(), it.zone(), "new-disk", Presence.REGISTERED));

    List<PlacementPlan.Move> moves = plan(nodes, onThree).moves();

    assertThat(moves)
        .isNotEmpty()
        .allSatisfy(
            it -> {
              assertThat(voters(it)).containsOnly("n1", "n2", "n3");
              assertThat(it.wanted().reason()).isEqualTo("node n3 came back with another disk");
            });
  }

  @Test
  void wishes_for_a_disk_that_is_gone_do_not_stand_in_their_own_way() {
    // As many as a node gets at a time.
    List<ShardConfig> waiting =
        onThree.stream()
            .limit(2)
            .map(
                it ->
                    it.withSurvivor(it.voters().getFirst(), it.voters().subList(0, 1), "a test")
                        .withWanted(new WantedVoters(it.voters(), "a test")))
            .toList();
    NodeId back = waiting.getFirst().wanted().orElseThrow().voters().getLast().node();
    List<PlacementNode> nodes =
        nodes(3, 3).stream()
            .map(
                it ->
                    it.node().equals(back)
                        ? new PlacementNode(back, it.zone(), "new-disk", Presence.REGISTERED)
                        : it)
            .toList();

    assertThat(plan(nodes, waiting).moves())
        .isNotEmpty()
        .allSatisfy(
            it ->
                assertThat(it.wanted().voters())
                    .anySatisfy(voter -> assertThat(voter.disk()).isEqualTo("new-disk")));
  }

  @Test
  void a_drained_node_loses_everything_and_gets_nothing() {
    List<PlacementNode> nodes = changed(four, "n2", ReplicaMovesTest::drained);

    List<ShardConfig> after =
        Clusters.carryOut(new PlacementView(nodes, List.of(MAIN), onThree, 1));

    assertThat(Clusters.replicas(after)).doesNotContainKey(new NodeId("n2"));
    assertThat(Clusters.leaders(after)).doesNotContainKey(new NodeId("n2"));
    assertThat(after).allSatisfy(it -> assertThat(it.voters()).hasSize(3));
  }

  @Test
  void a_drain_without_room_is_a_finding_and_moves_nothing() {
    List<PlacementNode> nodes = changed(nodes(3, 3), "n2", ReplicaMovesTest::drained);

    PlacementPlan plan = plan(nodes, onThree);

    assertThat(plan.moves()).isEmpty();
    assertThat(plan.findings()).anySatisfy(it -> assertThat(it).contains("n2 is being drained"));
  }

  @Test
  void a_node_that_joins_gets_its_share() {
    List<ShardConfig> after =
        Clusters.carryOut(new PlacementView(nodes(4, 1), List.of(MAIN), onThree, 1));

    assertThat(Clusters.replicas(after).values()).allMatch(it -> it >= 4 && it <= 5);
  }

  @Test
  void a_shard_moves_to_a_zone_that_has_none_of_it() {
    List<PlacementNode> oneZone = List.of(node("n1", "a"), node("n2", "a"), node("n3", "a"));
    List<ShardConfig> shards =
        Clusters.carryOut(new PlacementView(oneZone, List.of(MAIN), List.of(), 1));
    List<PlacementNode> nodes = new ArrayList<>(oneZone);
    nodes.add(node("n4", "b"));
    nodes.add(node("n5", "c"));

    PlacementPlan plan = PlacementPlanner.plan(new PlacementView(nodes, List.of(MAIN), shards, 1));
    List<ShardConfig> after = Clusters.carryOut(new PlacementView(nodes, List.of(MAIN), shards, 1));

    assertThat(plan.moves().getFirst().wanted().reason()).startsWith("zone a has 3 replicas");
    assertThat(after).allSatisfy(it -> assertThat(Clusters.zones(it, nodes)).hasSize(3));
  }

  @Test
  void a_keyspace_grows_to_five_replicas_and_back() {
    List<PlacementNode> five = nodes(5, 5);
    KeyspaceLayout wide = new KeyspaceLayout(1, MAIN.name(), 6, 5, Set.of());

    List<ShardConfig> grown = Clusters.carryOut(new PlacementView(five, List.of(wide), onThree, 1));
    List<ShardConfig> shrunk = Clusters.carryOut(new PlacementView(five, List.of(MAIN), grown, 1));

    assertThat(grown).allSatisfy(it -> assertThat(it.voters()).hasSize(5));
    assertThat(shrunk).allSatisfy(it -> assertThat(it.voters()).hasSize(3));
  }

  @Test
  void only_so_many_shards_move_at_a_time() {
    List<PlacementNode> nodes = changed(four, "n3", it -> with(it, Presence.LOST));

    List<PlacementPlan.Move> moves =
        PlacementPlanner.plan(
                new PlacementView(nodes, List.of(MAIN), onThree, 1, new MoveLimits(5, 2)))
            .moves();

    assertThat(moves).as("n4 may get two at a time").hasSize(2);
  }

  @Test
  void moves_under_way_count() {
    List<PlacementNode> nodes = changed(four, "n3", it -> with(it, Presence.LOST));
    MoveLimits one = new MoveLimits(1, 1);
    PlacementPlan.Move first =
        PlacementPlanner.plan(new PlacementView(nodes, List.of(MAIN), onThree, 1, one))
            .moves()
            .getFirst();
    List<ShardConfig> running =
        onThree.stream()
            .map(it -> it.id().equals(first.shard().id()) ? it.withWanted(first.wanted()) : it)
            .toList();

    assertThat(
            PlacementPlanner.plan(new PlacementView(nodes, List.of(MAIN), running, 1, one)).moves())
        .isEmpty();
  }

  @Test
  void a_wish_that_can_not_come_true_is_changed() {
    ShardConfig shard = onThree.getFirst();
    List<ReplicaId> wish =
        List.of(
            shard.voters().get(0),
            shard.voters().get(1),
            ReplicaId.incarnation(new NodeId("n4"), "disk-n4", 9));
    List<ShardConfig> shards = new ArrayList<>(onThree);
    shards.set(0, shard.withWanted(new WantedVoters(wish, "a wish")));
    List<PlacementNode> nodes = new ArrayList<>(nodes(5, 5));
    nodes = changed(nodes, "n4", it -> with(it, Presence.LOST));

    List<PlacementPlan.Move> moves = plan(nodes, shards).moves();

    assertThat(moves.getFirst().shard().id()).isEqualTo(shard.id());
    assertThat(voters(moves.getFirst())).doesNotContain("n4");
  }

  // ----

  private static PlacementPlan plan(List<PlacementNode> nodes, List<ShardConfig> shards) {
    return PlacementPlanner.plan(new PlacementView(nodes, List.of(MAIN), shards, 1));
  }

  private static List<String> voters(PlacementPlan.Move move) {
    return move.wanted().voters().stream()
        .map(it -> it.node().name())
        .sorted()
        .collect(Collectors.toList());
  }

  private static List<PlacementNode> changed(
      List<PlacementNode> nodes, String name, UnaryOperator<PlacementNode> change) {
    return nodes.stream().map(it -> it.node().name().equals(name) ? change.apply(it) : it).toList();
  }

  private static PlacementNode with(PlacementNode node, Presence presence) {
    return new PlacementNode(node.node(), node.zone(), node.storage(), presence);
  }

  private static PlacementNode drained(PlacementNode node) {
    return new PlacementNode(
        node.node(), node.zone(), node.storage(), node.presence(), true, false);
  }
}
