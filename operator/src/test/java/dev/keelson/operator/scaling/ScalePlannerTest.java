package dev.keelson.operator.scaling;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keelson.crds.v1alpha1.ConditionReason;
import dev.keelson.operator.database.DatabaseReport;
import dev.keelson.operator.database.DrainCheck;
import dev.keelson.proto.v1.DescribeClusterResponse;
import dev.keelson.proto.v1.Member;
import dev.keelson.proto.v1.MemberHealth;
import dev.keelson.proto.v1.Shard;
import dev.keelson.proto.v1.ShardReplica;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Zones a, b and c of a node each; zone c had two, c-0 and c-1, or more. */
class ScalePlannerTest {
  private static final DrainCheck EMPTY = new DrainCheck(true, List.of());

  private final List<Member> members =
      new ArrayList<>(List.of(member("a-0"), member("b-0"), member("c-0"), member("c-1")));
  private final List<Shard> shards =
      new ArrayList<>(List.of(shard(1, "a-0", "b-0", "c-0"), shard(2, "a-0", "b-0", "c-1")));

  @Test
  void as_many_as_there_are_is_nothing_to_do() {
    Scaling scaling = plan(2, 2, Map.of());
    assertThat(scaling.nodes()).containsEntry("c", 2);
    assertThat(scaling.acts()).isEmpty();
    assertThat(scaling.leaving()).isEmpty();
  }

  @Test
  void more_nodes_come_at_once() {
    assertThat(plan(4, 2, Map.of()).nodes()).containsEntry("c", 4);
  }

  @Test
  void nodes_come_also_while_the_database_does_not_answer() {
    Scaling scaling = ScalePlanner.plan(zones(4, 2), unreachable(), Map.of());
    assertThat(scaling.nodes()).containsEntry("c", 4);
  }

  @Test
  void who_is_to_go_is_drained_first_and_its_pod_stays() {
    Scaling scaling = plan(1, 2, Map.of());
    assertThat(scaling.acts()).containsExactly(new NodeAct.Drain("c-1"));
    assertThat(scaling.nodes()).containsEntry("c", 2);
    assertThat(lines(scaling)).containsExactly("c-1 CHECKING 1 it is being told to drain");
  }

  @Test
  void a_drained_node_stays_while_a_shard_names_it() {
    drained("c-1", ScalePlanner.REASON);
    Scaling scaling = plan(1, 2, Map.of());
    assertThat(scaling.acts()).isEmpty();
    assertThat(scaling.nodes()).containsEntry("c", 2);
    assertThat(lines(scaling))
        .containsExactly(
            "c-1 DRAINING 1 1 shards name it, the first is shard 2 (waits for its turn)");
  }

  @Test
  void a_wish_that_names_it_counts_as_well() {
    drained("c-1", ScalePlanner.REASON);
    shards.set(1, shard(2, "a-0", "b-0", "c-0").toBuilder().addWanted("c-1").build());
    assertThat(plan(1, 2, Map.of()).leaving())
        .extracting(Leaving::step)
        .containsExactly(Step.DRAINING);
  }

  @Test
  void what_routers_know_is_not_enough_to_take_it_away() {
    drained("c-1", ScalePlanner.REASON);
    emptied();
    Scaling scaling = plan(1, 2, Map.of());
    assertThat(scaling.nodes()).containsEntry("c", 2);
    assertThat(scaling.leaving()).extracting(Leaving::step).containsExactly(Step.VERIFYING);
    assertThat(ScalePlanner.toCheck(zones(1, 2), reached())).containsExactly("c-1");
  }

  @Test
  void a_shard_that_only_the_metadata_store_knows_keeps_it() {
    drained("c-1", ScalePlanner.REASON);
    emptied();
    Scaling scaling = plan(1, 2, Map.of("c-1", new DrainCheck(true, List.of(7))));
    assertThat(scaling.nodes()).containsEntry("c", 2);
    assertThat(lines(scaling)).containsExactly("c-1 DRAINING 1 shards [7] name it");
  }

  @Test
  void a_node_that_is_empty_but_not_drained_stays_for_it_may_get_something() {
    emptied();
    Scaling scaling = plan(1, 2, Map.of("c-1", new DrainCheck(false, List.of())));
    assertThat(scaling.nodes()).containsEntry("c", 2);
    assertThat(scaling.acts()).containsExactly(new NodeAct.Drain("c-1"));
  }

  @Test
  void an_empty_node_goes() {
    drained("c-1", ScalePlanner.REASON);
    emptied();
    Scaling scaling = plan(1, 2, Map.of("c-1", EMPTY));
    assertThat(scaling.nodes()).containsEntry("c", 1);
    assertThat(scaling.leaving()).extracting(Leaving::step).containsExactly(Step.REMOVING);
  }

  @Test
  void a_node_that_never_started_goes_once_it_can_not_begin_any_more() {
    members.removeIf(member -> member.getNode().equals("c-1"));
    emptied();
    assertThat(plan(1, 2, Map.of("c-1", new DrainCheck(false, List.of()))).acts())
        .containsExactly(new NodeAct.Drain("c-1"));
    assertThat(plan(1, 2, Map.of("c-1", EMPTY)).nodes()).containsEntry("c", 1);
  }

  @Test
  void an_empty_node_below_one_that_is_not_empty_waits() {
    drained("c-1", ScalePlanner.REASON);
    members.add(member("c-2").toBuilder().setDrained(true).build());
    emptied();
    shards.add(shard(3, "a-0", "b-0", "c-2"));
    Scaling scaling = plan(1, 3, Map.of("c-1", EMPTY));
    assertThat(scaling.nodes()).containsEntry("c", 3);
    assertThat(scaling.leaving()).extracting(Leaving::node).containsExactly("c-2", "c-1");
  }

  @Test
  void the_highest_goes_before_the_others_are_empty() {
    drained("c-1", ScalePlanner.REASON);
    Scaling scaling = plan(1, 3, Map.of("c-2", EMPTY));
    assertThat(scaling.nodes()).containsEntry("c", 2);
  }

  @Test
  void a_node_that_is_asked_for_again_is_undrained() {
    drained("c-1", ScalePlanner.REASON);
    Scaling scaling = plan(2, 2, Map.of());
    assertThat(scaling.acts()).containsExactly(new NodeAct.Undrain("c-1"));
    assertThat(scaling.nodes()).containsEntry("c", 2);
  }

  @Test
  void what_somebody_else_drained_stays_drained() {
    drained("c-1", "a new disk");
    assertThat(plan(2, 2, Map.of()).acts()).isEmpty();
  }

  @Test
  void nothing_is_taken_away_from_a_database_that_does_not_answer() {
    Scaling scaling = ScalePlanner.plan(zones(1, 2), unreachable(), Map.of("c-1", EMPTY));
    assertThat(scaling.nodes()).containsEntry("c", 2);
    assertThat(scaling.acts()).isEmpty();
    assertThat(ScalePlanner.toCheck(zones(1, 2), unreachable())).isEmpty();
  }

  @Test
  void nobody_begins_to_go_when_a_shard_has_more_replicas_than_nodes_would_stay() {
    shards.add(shard(3, "a-0", "b-0", "c-0", "c-1"));
    Scaling scaling = plan(1, 2, Map.of());
    assertThat(scaling.acts()).isEmpty();
    assertThat(scaling.obstacle().orElseThrow())
        .isEqualTo(
            new Obstacle(
                ConditionReason.NOT_ENOUGH_NODES,
                "a shard has 4 replicas and only 3 data nodes would stay: ask for at least 4",
                true));
  }

  @Test
  void nobody_begins_to_go_while_a_node_that_stays_is_away() {
    members.set(0, member("a-0").toBuilder().setHealth(MemberHealth.UNREACHABLE).build());
    Scaling scaling = plan(1, 2, Map.of());
    assertThat(scaling.acts()).isEmpty();
    assertThat(scaling.obstacle().orElseThrow().waitsForSomebody()).isFalse();
  }

  @Test
  void nobody_begins_to_go_while_a_shard_is_not_whole() {
    shards.set(0, shards.get(0).toBuilder().clearLeader().build());
    assertThat(plan(1, 2, Map.of()).acts()).isEmpty();
  }

  @Test
  void nobody_begins_to_go_when_the_others_have_no_space() {
    members.set(3, member("c-1").toBuilder().setDiskUsedBytes(2_500).build());
    Scaling scaling = plan(1, 2, Map.of());
    assertThat(scaling.acts()).isEmpty();
    assertThat(scaling.obstacle().orElseThrow().reason())
        .isEqualTo(ConditionReason.NOT_ENOUGH_SPACE);
  }

  @Test
  void who_has_begun_to_go_goes_on_whatever_happens_to_the_others() {
    drained("c-1", ScalePlanner.REASON);
    members.set(0, member("a-0").toBuilder().setHealth(MemberHealth.UNREACHABLE).build());
    Scaling scaling = plan(1, 2, Map.of());
    assertThat(scaling.obstacle()).isEmpty();
    assertThat(scaling.leaving()).extracting(Leaving::step).containsExactly(Step.DRAINING);
  }

  private Scaling plan(int asked, int there, Map<String, DrainCheck> checks) {
    return ScalePlanner.plan(zones(asked, there), reached(), checks);
  }

  private static List<ZoneSize> zones(int asked, int there) {
    return List.of(
        new ZoneSize("a", "a", 1, 1),
        new ZoneSize("b", "b", 1, 1),
        new ZoneSize("c", "c", asked, there));
  }

  private DatabaseReport reached() {
    return new DatabaseReport.Reached(
        DescribeClusterResponse.newBuilder().addAllMembers(members).addAllShards(shards).build());
  }

  private static DatabaseReport unreachable() {
    return new DatabaseReport.Unreachable("no answer in time");
  }

  private void drained(String node, String reason) {
    members.replaceAll(
        member ->
            member.getNode().equals(node)
                ? member.toBuilder().setDrained(true).setDrainReason(reason).build()
                : member);
  }

  /** All shards have moved away from c-1. */
  private void emptied() {
    shards.set(1, shard(2, "a-0", "b-0", "c-0"));
  }

  private static Member member(String node) {
    return Member.newBuilder()
        .setNode(node)
        .setHealth(MemberHealth.HEALTHY)
        .setDiskUsedBytes(100)
        .setDiskFreeBytes(1_000)
        .build();
  }

  private static Shard shard(int id, String... nodes) {
    Shard.Builder shard = Shard.newBuilder().setId(id).setLeader(nodes[0]);
    for (String node : nodes) {
      shard.addReplicas(ShardReplica.newBuilder().setNode(node).setReachable(true));
    }
    return shard.build();
  }

  private static List<String> lines(Scaling scaling) {
    return scaling.leaving().stream()
        .map(it -> it.node() + " " + it.step() + " " + it.shards() + " " + it.sentence())
        .toList();
  }
}
