package dev.keelson.core.shard;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keelson.core.shard.ForcedRecovery.Decision;
import dev.keelson.core.shard.ForcedRecovery.Found;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** When a shard may go on without its majority, and with whom (R13). */
class ForcedRecoveryTest {
  private static final ReplicaId A = new ReplicaId(new NodeId("a"), "disk-a");
  private static final ReplicaId B = new ReplicaId(new NodeId("b"), "disk-b");
  private static final ReplicaId C = new ReplicaId(new NodeId("c"), "disk-c");
  private static final ReplicaId D = new ReplicaId(new NodeId("d"), "disk-d");
  private static final ReplicaId E = new ReplicaId(new NodeId("e"), "disk-e");

  @Test
  void aShardWithAMajorityIsLeftAlone() {
    Decision decision = ForcedRecovery.decide(shard(A, B, C), List.of(at(A, 3, 9), at(C, 3, 7)));

    assertThat(decision).isInstanceOf(Decision.Refuse.class);
  }

  @Test
  void theOnlyReplicaThatIsLeftGoesOnAlone() {
    Decision.Recover recover = recover(shard(A, B, C), at(B, 3, 9));

    assertThat(recover.survivor().replica()).isEqualTo(B);
    assertThat(recover.lost()).containsExactly(A, C);
    assertThat(recover.next().term()).isEqualTo(6);
    assertThat(recover.next().election()).isEmpty();
    assertThat(recover.next().leader()).isEmpty();
    assertThat(recover.next().voters()).containsExactly(B);
    assertThat(recover.next().isChanging()).isFalse();
  }

  @Test
  void theBestLogLeadsAndTheOthersThatAreLeftBecomeVotersAgainInTheOrdinaryWay() {
    Decision.Recover recover = recover(shard(A, B, C, D, E), at(A, 3, 90), at(B, 4, 5));

    assertThat(recover.survivor().replica()).as("last term first").isEqualTo(B);
    assertThat(recover.next().voters()).containsExactly(B);
    assertThat(recover.next().learners()).containsExactly(A);
    assertThat(recover.next().wanted().orElseThrow().voters()).containsExactlyInAnyOrder(A, B);
  }

  @Test
  void aReplicaOnAnotherDiskThanTheRecordMeansIsLost() {
    ReplicaId emptied = new ReplicaId(new NodeId("b"), "another");

    Decision.Recover recover = recover(shard(A, B, C), at(A, 3, 9), at(emptied, 0, 0));

    assertThat(recover.lost()).containsExactly(B, C);
  }

  @Test
  void aReplicaWithADamagedLogIsNoSurvivor() {
    Found damaged = new Found(A, 3, 50, true, false);

    assertThat(recover(shard(A, B, C), damaged, at(B, 3, 9)).survivor().replica()).isEqualTo(B);
    assertThat(ForcedRecovery.decide(shard(A, B, C), List.of(damaged)))
        .isInstanceOf(Decision.Refuse.class);
  }

  @Test
  void doubtfulReplicasElectOnlyTogether() {
    Found a = new Found(A, 3, 9, false, true);
    Found b = new Found(B, 3, 9, false, true);
    Found c = new Found(C, 3, 9, false, true);

    assertThat(ForcedRecovery.decide(shard(A, B, C), List.of(a, b, c)))
        .isInstanceOf(Decision.Refuse.class);
    assertThat(recover(shard(A, B, C), a, b).lost()).containsExactly(C);
  }

  @Test
  void whileTheVotersChangeBothSetsMustBeAbleToDecide() {
    ShardConfig changing =
        shard(A, B, C).withChange(new Election(A.node(), 1, 1), List.of(A, D, E));

    assertThat(ForcedRecovery.decide(changing, List.of(at(A, 3, 9), at(B, 3, 9), at(D, 3, 9))))
        .isInstanceOf(Decision.Refuse.class);
    assertThat(recover(changing, at(A, 3, 9), at(B, 3, 9)).lost()).containsExactly(D, E, C);
  }

  @Test
  void nobodyLeftIsNothingToGoOnWith() {
    assertThat(ForcedRecovery.decide(shard(A, B, C), List.of()))
        .isInstanceOf(Decision.Refuse.class);
  }

  private static Decision.Recover recover(ShardConfig record, Found... answers) {
    Decision decision = ForcedRecovery.decide(record, List.of(answers));
    assertThat(decision).isInstanceOf(Decision.Recover.class);
    return (Decision.Recover) decision;
  }

  private static Found at(ReplicaId replica, long term, long index) {
    return new Found(replica, term, index, false, false);
  }

  private static ShardConfig shard(ReplicaId... voters) {
    return new ShardConfig(
        new ShardId(1),
        1,
        HashRange.ALL,
        5,
        Optional.empty(),
        Optional.of(A.node()),
        List.of(voters),
        List.of(),
        List.of(),
        Optional.empty(),
        8);
  }
}
