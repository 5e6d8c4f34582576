package dev.keelson.core.placement;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keelson.core.placement.PlacementNode.Presence;
import dev.keelson.core.shard.HashRange;
import dev.keelson.core.shard.NodeId;
import dev.keelson.core.shard.ShardConfig;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

final class PlacementPlannerPropertiesTest {
  @Property(tries = 200)
  void shards_cover_the_space_with_distinct_voters_in_as_many_zones_as_can_be(
      @ForAll @IntRange(min = 5, max = 12) int nodeCount,
      @ForAll @IntRange(min = 1, max = 5) int zoneCount,
      @ForAll @IntRange(min = 1, max = 40) int shardCount,
      @ForAll @IntRange(min = 0, max = 2) int halfFactor) {
    int factor = 2 * halfFactor + 1;
    List<PlacementNode> nodes = Clusters.nodes(nodeCount, zoneCount);

    List<ShardConfig> shards =
        Clusters.carryOut(Clusters.view(nodes, Clusters.keyspace(1, shardCount, factor)));

    long covered = 0;
    for (ShardConfig shard : sorted(shards)) {
      assertThat(shard.range().start()).isEqualTo(covered);
      covered = shard.range().end();
      assertThat(shard.voters()).hasSize(factor).doesNotHaveDuplicates();
      assertThat(Clusters.zones(shard, nodes)).hasSize(Math.min(factor, zoneCount));
      assertThat(shard.voters()).extracting(it -> it.node()).contains(leaderOf(shard));
    }
    assertThat(covered).isEqualTo(HashRange.SPACE);
  }

  @Property(tries = 200)
  void equal_zones_give_every_node_its_share_of_replicas_and_leaders(
      @ForAll @IntRange(min = 1, max = 4) int nodesPerZone,
      @ForAll @IntRange(min = 3, max = 5) int zoneCount,
      @ForAll @IntRange(min = 1, max = 60) int shardCount) {
    int nodeCount = nodesPerZone * zoneCount;

    List<ShardConfig> shards =
        Clusters.carryOut(
            Clusters.view(
                Clusters.nodes(nodeCount, zoneCount), Clusters.keyspace(1, shardCount, 3)));

    assertThat(spread(Clusters.replicas(shards), nodeCount)).isLessThanOrEqualTo(1);
    if (shardCount >= nodeCount) {
      assertThat(spread(Clusters.leaders(shards), nodeCount)).isLessThanOrEqualTo(1);
    }
  }

  @Property(tries = 200)
  void a_plan_that_was_carried_out_leaves_nothing_to_do(
      @ForAll @IntRange(min = 3, max = 9) int nodeCount,
      @ForAll @IntRange(min = 1, max = 4) int zoneCount,
      @ForAll @IntRange(min = 1, max = 30) int shardCount,
      @ForAll @IntRange(min = 0, max = 8) int goneNode) {
    KeyspaceLayout keyspace = Clusters.keyspace(1, shardCount, 3);
    List<PlacementNode> nodes = new ArrayList<>(Clusters.nodes(nodeCount, zoneCount));
    List<ShardConfig> first = Clusters.carryOut(Clusters.view(nodes, keyspace));
    PlacementNode gone = nodes.get(goneNode % nodeCount);
    nodes.set(
        goneNode % nodeCount,
        new PlacementNode(gone.node(), gone.zone(), gone.storage(), Presence.GONE));

    List<ShardConfig> second =
        Clusters.carryOut(new PlacementView(nodes, List.of(keyspace), first, 1));

    PlacementView settled = new PlacementView(nodes, List.of(keyspace), second, 1);
    assertThat(PlacementPlanner.plan(settled).changesNothing()).isTrue();
    assertThat(Clusters.leaders(second)).doesNotContainKey(gone.node());
  }

  @Property(tries = 100)
  void any_part_of_a_plan_may_be_carried_out(
      @ForAll @IntRange(min = 1, max = 30) int shardCount, @ForAll long shuffle) {
    KeyspaceLayout keyspace = Clusters.keyspace(1, shardCount, 3);
    List<PlacementNode> nodes = Clusters.nodes(6, 3);
    List<ShardConfig> some = new ArrayList<>(Clusters.carryOut(Clusters.view(nodes, keyspace)));
    Collections.shuffle(some, new java.util.Random(shuffle));

    List<ShardConfig> whole =
        Clusters.carryOut(
            new PlacementView(nodes, List.of(keyspace), some.subList(0, (shardCount + 1) / 2), 1));

    assertThat(whole).hasSize(shardCount);
    assertThat(spread(Clusters.replicas(whole), 6)).isLessThanOrEqualTo(3);
  }

  private static NodeId leaderOf(ShardConfig shard) {
    return shard.preferredLeader().orElseThrow();
  }

  private static List<ShardConfig> sorted(List<ShardConfig> shards) {
    return shards.stream().sorted(Comparator.comparingLong(it -> it.range().start())).toList();
  }

  private static int spread(Map<NodeId, Integer> counts, int nodeCount) {
    int max = Collections.max(counts.values());
    int min = counts.size() < nodeCount ? 0 : Collections.min(counts.values());
    return max - min;
  }
}
