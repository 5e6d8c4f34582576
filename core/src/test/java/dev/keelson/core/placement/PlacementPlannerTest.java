package dev.keelson.core.placement;

import static dev.keelson.core.placement.Clusters.keyspace;
import static dev.keelson.core.placement.Clusters.node;
import static dev.keelson.core.placement.Clusters.nodes;
import static dev.keelson.core.placement.Clusters.view;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.keelson.core.placement.PlacementNode.Presence;
import dev.keelson.core.shard.HashRange;
import dev.keelson.core.shard.NodeId;
import dev.keelson.core.shard.ShardConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class PlacementPlannerTest {
  @Test
  void three_nodes_hold_every_shard_and_lead_a_third_each() {
    List<ShardConfig> shards = Clusters.carryOut(view(nodes(3, 3), keyspace(1, 12, 3)));

    assertThat(shards).hasSize(12);
    assertThat(shards).allSatisfy(it -> assertThat(it.voters()).hasSize(3));
    assertThat(Clusters.leaders(shards).values()).containsExactly(4, 4, 4);
  }

  @Test
  void each_shard_has_one_voter_in_each_of_three_zones() {
    List<PlacementNode> nodes = nodes(9, 3);

    List<ShardConfig> shards = Clusters.carryOut(view(nodes, keyspace(1, 12, 3)));

    assertThat(shards).allSatisfy(it -> assertThat(Clusters.zones(it, nodes)).hasSize(3));
    assertThat(Clusters.replicas(shards).values()).allMatch(it -> it == 4);
  }

  @Test
  void zones_go_before_an_even_number_of_replicas() {
    List<PlacementNode> nodes =
        List.of(
            node("a1", "a"), node("a2", "a"), node("a3", "a"), node("b1", "b"), node("c1", "c"));

    List<ShardConfig> shards = Clusters.carryOut(view(nodes, keyspace(1, 6, 3)));

    assertThat(shards).allSatisfy(it -> assertThat(Clusters.zones(it, nodes)).hasSize(3));
  }

  @Test
  void a_keyspace_lies_only_in_its_zones() {
    List<PlacementNode> nodes = nodes(9, 3);
    KeyspaceLayout pinned = new KeyspaceLayout(1, "pinned", 4, 3, Set.of("zone-1"));

    List<ShardConfig> shards = Clusters.carryOut(view(nodes, pinned));

    assertThat(shards)
        .allSatisfy(it -> assertThat(Clusters.zones(it, nodes)).containsExactly("zone-1"));
  }

  @Test
  void nothing_is_made_before_enough_nodes_are_there() {
    PlacementPlan plan = PlacementPlanner.plan(view(nodes(2, 2), keyspace(1, 12, 3)));

    assertThat(plan.changesNothing()).isTrue();
    assertThat(plan.findings())
        .containsExactly("keyspace main-1 waits for 3 data nodes; registered: n1, n2");
  }

  @Test
  void the_first_shards_wait_for_all_expected_nodes_but_later_ones_do_not() {
    KeyspaceLayout first = keyspace(1, 6, 3);
    KeyspaceLayout second = keyspace(2, 6, 3);
    PlacementView early = new PlacementView(nodes(3, 3), List.of(first), List.of(), 6);
    assertThat(PlacementPlanner.plan(early).changesNothing()).isTrue();

    List<ShardConfig> shards =
        Clusters.carryOut(new PlacementView(nodes(6, 3), List.of(first), List.of(), 6));
    PlacementView oneGone = new PlacementView(nodes(5, 3), List.of(first, second), shards, 6);

    assertThat(PlacementPlanner.plan(oneGone).create()).hasSize(6);
  }

  @Test
  void a_creation_that_was_cut_short_is_finished() {
    PlacementView view = view(nodes(3, 3), keyspace(1, 12, 3));
    List<ShardConfig> half = Clusters.carryOut(view).subList(0, 7);

    PlacementPlan plan =
        PlacementPlanner.plan(new PlacementView(view.nodes(), view.keyspaces(), half, 3));

    assertThat(plan.create()).hasSize(5);
    assertThat(plan.create().getFirst().range()).isEqualTo(HashRange.part(7, 12));
  }

  @Test
  void shards_of_a_dropped_keyspace_are_deleted() {
    PlacementView both = view(nodes(3, 3), keyspace(1, 4, 3), keyspace(2, 4, 3));
    List<ShardConfig> shards = Clusters.carryOut(both);

    PlacementPlan plan =
        PlacementPlanner.plan(
            new PlacementView(both.nodes(), List.of(keyspace(2, 4, 3)), shards, 3));

    assertThat(plan.delete()).hasSize(4).allMatch(it -> it.keyspaceId() == 1);
    assertThat(plan.create()).isEmpty();
  }

  @Test
  void leaders_leave_a_node_that_is_gone_and_come_back_with_it() {
    PlacementView whole = view(nodes(3, 3), keyspace(1, 12, 3));
    List<ShardConfig> shards = Clusters.carryOut(whole);
    List<PlacementNode> without = new ArrayList<>(whole.nodes());
    without.set(1, new PlacementNode(new NodeId("n2"), "zone-2", "disk-n2", Presence.GONE));

    List<ShardConfig> moved =
        Clusters.carryOut(new PlacementView(without, whole.keyspaces(), shards, 3));
    List<ShardConfig> back =
        Clusters.carryOut(new PlacementView(whole.nodes(), whole.keyspaces(), moved, 3));

    assertThat(Clusters.leaders(moved).values()).containsExactly(6, 6);
    assertThat(Clusters.leaders(back).values()).containsExactly(4, 4, 4);
  }

  @Test
  void leaders_leave_a_node_whose_disk_ails_but_its_replicas_stay() {
    PlacementView whole = view(nodes(4, 4), keyspace(1, 12, 3));
    List<ShardConfig> shards = Clusters.carryOut(whole);
    List<PlacementNode> ailing = new ArrayList<>(whole.nodes());
    ailing.set(
        1,
        new PlacementNode(new NodeId("n2"), "zone-2", "disk-n2", Presence.REGISTERED, false, true));

    PlacementPlan plan =
        PlacementPlanner.plan(new PlacementView(ailing, whole.keyspaces(), shards, 4));

    NodeId n2 = new NodeId("n2");
    assertThat(plan.prefer()).extracting(PlacementPlan.Preference::leader).doesNotContain(n2);
    assertThat(plan.prefer())
        .filteredOn(it -> it.shard().preferredLeader().equals(Optional.of(n2)))
        .hasSize(3);
    assertThat(plan.moves()).isEmpty();
  }

  @Test
  void a_node_that_is_briefly_gone_keeps_its_leaders_but_gets_nothing_new() {
    PlacementView whole = view(nodes(4, 1), keyspace(1, 12, 3));
    List<ShardConfig> shards = Clusters.carryOut(whole);
    List<PlacementNode> without = new ArrayList<>(whole.nodes());
    without.set(1, new PlacementNode(new NodeId("n2"), "zone-1", "disk-n2", Presence.BRIEFLY_GONE));

    PlacementView same = new PlacementView(without, whole.keyspaces(), shards, 1);
    PlacementView grown =
        new PlacementView(without, List.of(keyspace(1, 12, 3), keyspace(2, 4, 3)), shards, 1);

    assertThat(PlacementPlanner.plan(same).changesNothing()).isTrue();
    assertThat(PlacementPlanner.plan(grown).create())
        .hasSize(4)
        .allSatisfy(
            it -> assertThat(it.voters()).extracting(v -> v.node().name()).doesNotContain("n2"));
  }

  @Test
  void a_replica_on_a_disk_that_was_replaced_does_not_lead_and_is_replaced() {
    PlacementView whole = view(nodes(3, 3), keyspace(1, 3, 3));
    List<ShardConfig> shards = Clusters.carryOut(whole);
    List<PlacementNode> swapped = new ArrayList<>(whole.nodes());
    swapped.set(0, new PlacementNode(new NodeId("n1"), "zone-1", "new-disk", Presence.REGISTERED));

    PlacementPlan plan =
        PlacementPlanner.plan(new PlacementView(swapped, whole.keyspaces(), shards, 3));

    assertThat(plan.prefer()).extracting(it -> it.leader().name()).doesNotContain("n1");
    assertThat(plan.moves().getFirst().wanted().reason())
        .isEqualTo("node n1 came back with another disk");
  }

  @Test
  void an_even_replication_factor_is_refused() {
    assertThatThrownBy(() -> keyspace(1, 12, 2)).hasMessageContaining("odd replication factor");
  }
}
