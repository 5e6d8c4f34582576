package dev.keelson.router;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keelson.proto.v1.AdminGrpc;
import dev.keelson.proto.v1.DescribeClusterRequest;
import dev.keelson.proto.v1.DescribeClusterResponse;
import dev.keelson.proto.v1.Member;
import dev.keelson.proto.v1.MemberHealth;
import dev.keelson.proto.v1.ReplicaRole;
import dev.keelson.proto.v1.Shard;
import dev.keelson.proto.v1.ShardReplica;
import dev.keelson.router.FakeNode.Behaviour;
import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class AdminTest {
  private RouterFixture fixture;

  @BeforeEach
  void start() throws IOException {
    fixture = RouterFixture.start(3);
  }

  @AfterEach
  void stop() {
    fixture.close();
  }

  @Test
  void members_and_shards_are_described_from_both_sides() {
    fixture.put("a", 1, "x");

    DescribeClusterResponse cluster = describe();

    assertThat(cluster.getClusterId()).isEqualTo(FakeCluster.CLUSTER_ID);
    assertThat(cluster.getMembersList())
        .extracting(Member::getNode)
        .containsExactly("n1", "n2", "n3");
    assertThat(cluster.getMembersList())
        .allMatch(member -> member.getHealth() == MemberHealth.HEALTHY)
        .allMatch(member -> member.getReplicas() == 3 && member.getLeaders() == 1)
        .allMatch(member -> member.getZone().startsWith("zone"))
        .allMatch(member -> member.getRows() == 1);
    assertThat(cluster.getShardsList()).extracting(Shard::getId).containsExactly(1, 2, 3);
    assertThat(cluster.getShardsList())
        .allMatch(shard -> shard.getKeyspace().equals("main"))
        .allMatch(shard -> shard.getReplicasCount() == 3);
    assertThat(cluster.getShards(0).getLeader()).isEqualTo("n1");
    assertThat(cluster.getShards(0).getReplicasList())
        .extracting(ShardReplica::getRole)
        .containsExactly(ReplicaRole.LEADER, ReplicaRole.FOLLOWER_ROLE, ReplicaRole.FOLLOWER_ROLE);
    assertThat(cluster.getShardsList().stream().mapToLong(Shard::getRows).sum()).isEqualTo(1);
  }

  @Test
  void nodes_that_are_down_silent_or_gone_are_said_to_be() {
    fixture.cluster.nodes.get(0).stop();
    fixture.cluster.nodes.get(1).behaviour = Behaviour.SILENT;
    fixture.cluster.nodes.get(2).stop();
    fixture.cluster.unregister(fixture.cluster.nodes.get(2));

    DescribeClusterResponse cluster = describe();

    assertThat(cluster.getMembersList())
        .extracting(Member::getHealth)
        .containsExactly(MemberHealth.UNREACHABLE, MemberHealth.UNREACHABLE, MemberHealth.GONE);
    assertThat(cluster.getMembersList()).allMatch(member -> !member.getReason().isEmpty());
    assertThat(cluster.getShardsList())
        .allMatch(shard -> shard.getReplicasList().stream().noneMatch(ShardReplica::getReachable));
  }

  @Test
  void a_node_that_serves_without_being_registered_is_degraded() {
    fixture.cluster.unregister(fixture.cluster.nodes.get(1));

    assertThat(describe().getMembers(1).getHealth()).isEqualTo(MemberHealth.DEGRADED);
  }

  private DescribeClusterResponse describe() {
    return AdminGrpc.newBlockingStub(fixture.channel)
        .describeCluster(DescribeClusterRequest.getDefaultInstance());
  }
}
