package dev.keelson.router;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import dev.keelson.coordination.MetadataKeys;
import dev.keelson.core.shard.ShardId;
import dev.keelson.proto.internal.v1.RecoveryRecord;
import dev.keelson.proto.internal.v1.ReplicaRecord;
import dev.keelson.proto.internal.v1.ShardRecord;
import dev.keelson.proto.v1.AdminGrpc;
import dev.keelson.proto.v1.CheckDrainedRequest;
import dev.keelson.proto.v1.CheckDrainedResponse;
import dev.keelson.proto.v1.DescribeClusterRequest;
import dev.keelson.proto.v1.DescribeClusterResponse;
import dev.keelson.proto.v1.DrainNodeRequest;
import dev.keelson.proto.v1.ForceRecoverRequest;
import dev.keelson.proto.v1.ForceRecoverResponse;
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

  @Test
  void a_drained_node_is_described_with_the_reason_and_checked_at_the_source() {
    fixture.cluster.identify("n2");
    AdminGrpc.AdminBlockingStub admin = AdminGrpc.newBlockingStub(fixture.channel);
    assertThat(check("n2").getDrained()).isFalse();

    admin.drainNode(DrainNodeRequest.newBuilder().setNode("n2").setReason("a new disk").build());

    assertThat(describe().getMembers(1).getDrained()).isTrue();
    assertThat(describe().getMembers(1).getDrainReason()).isEqualTo("a new disk");
    assertThat(check("n2").getDrained()).isTrue();
    assertThat(check("n2").getShardsList()).containsExactly(1, 2, 3);
    assertThat(check("n9").getShardsList()).isEmpty();
  }

  @Test
  void a_node_that_never_started_is_drained_only_on_demand() {
    AdminGrpc.AdminBlockingStub admin = AdminGrpc.newBlockingStub(fixture.channel);
    DrainNodeRequest request = DrainNodeRequest.newBuilder().setNode("n9").build();
    assertThatThrownBy(() -> admin.drainNode(request))
        .hasMessageContaining("There is no data node n9");
    assertThat(check("n9").getDrained()).isFalse();

    admin.drainNode(request.toBuilder().setEvenIfUnknown(true).build());

    assertThat(check("n9").getDrained()).isTrue();
  }

  private CheckDrainedResponse check(String node) {
    return AdminGrpc.newBlockingStub(fixture.channel)
        .checkDrained(CheckDrainedRequest.newBuilder().setNode(node).build());
  }

  @Test
  void shards_with_a_majority_are_not_recovered_by_force() {
    assertThat(recover(ForceRecoverRequest.newBuilder().setAcceptLoss(true)).getShardsList())
        .isEmpty();

    assertThat(
            recover(ForceRecoverRequest.newBuilder().addShards(2).setAcceptLoss(true))
                .getShards(0)
                .getRefused())
        .contains("enough to elect a leader");
  }

  @Test
  void shards_without_a_majority_go_on_with_consent_only() throws Exception {
    fixture.cluster.nodes.get(1).stop();
    fixture.cluster.nodes.get(2).stop();

    assertThat(recover(ForceRecoverRequest.newBuilder()).getShardsList())
        .hasSize(3)
        .allSatisfy(
            it -> {
              assertThat(it.getSurvivor()).isEqualTo("n1");
              assertThat(it.getLastIndex()).isEqualTo(40);
              assertThat(it.getCommitIndex()).isEqualTo(39);
              assertThat(it.getLostList()).containsExactlyInAnyOrder("n2", "n3");
              assertThat(it.getDone()).isFalse();
            });
    ShardRecord before = record(1);

    assertThat(
            recover(ForceRecoverRequest.newBuilder().addShards(1).setAcceptLoss(true))
                .getShards(0)
                .getDone())
        .isTrue();

    ShardRecord after = record(1);
    assertThat(after.getTerm()).isEqualTo(before.getTerm() + 1);
    assertThat(after.getLeader()).isEmpty();
    assertThat(after.getVotersList()).extracting(ReplicaRecord::getNode).containsExactly("n1");
    RecoveryRecord kept =
        RecoveryRecord.parseFrom(value(MetadataKeys.recovery(new ShardId(1), after.getTerm())));
    assertThat(kept.getLostList()).extracting(ReplicaRecord::getNode).contains("n2", "n3");
    assertThat(record(2).getVotersCount()).as("not asked for").isEqualTo(3);
  }

  private ForceRecoverResponse recover(ForceRecoverRequest.Builder request) {
    return AdminGrpc.newBlockingStub(fixture.channel).forceRecover(request.build());
  }

  private ShardRecord record(int shard) throws Exception {
    return ShardRecord.parseFrom(value(MetadataKeys.shard(new ShardId(shard))));
  }

  private ByteString value(String key) throws Exception {
    return fixture.cluster.store.get(key).toCompletableFuture().get().orElseThrow().value();
  }

  private DescribeClusterResponse describe() {
    return AdminGrpc.newBlockingStub(fixture.channel)
        .describeCluster(DescribeClusterRequest.getDefaultInstance());
  }
}
