package dev.keelson.core.replication;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keelson.core.shard.NodeId;
import dev.keelson.core.shard.ShardId;
import dev.keelson.proto.internal.v1.Heartbeat;
import dev.keelson.proto.internal.v1.HeartbeatAck;
import dev.keelson.proto.internal.v1.LedShard;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class HeartbeatsTest {
  private static final NodeId LEADER = new NodeId("leader");
  private static final NodeId FOLLOWER = new NodeId("follower");
  private static final List<LedShard> LED = List.of(led(1, 5), led(2, 6));

  private final Heartbeats leader = new Heartbeats(1);
  private final Heartbeats follower = new Heartbeats(2);
  private final List<String> promised = new ArrayList<>();

  @Test
  void theSetOfShardsTravelsUntilItIsKnown() {
    Heartbeat first = beat(10);
    assertThat(first.getShardsList()).isEqualTo(LED);

    answer(first);
    assertThat(beat(20).getShardsList()).isEmpty();
  }

  @Test
  void promisesCountFromWhenTheyWereAskedFor() {
    answer(beat(10));

    assertThat(promised).containsExactly("1 term 5 at 10", "2 term 6 at 10");
  }

  @Test
  void exceptionsDoNotCount() {
    HeartbeatAck ack =
        follower.receive(
            LEADER, 1, beat(10), (shard, node, boot, term) -> shard.equals(new ShardId(2)));
    leader.receive(FOLLOWER, ack, this::promised);

    assertThat(promised).containsExactly("2 term 6 at 10");
  }

  @Test
  void anAnswerToAnotherSetDoesNotCount() {
    Heartbeat old = beat(10);
    leader.beat(FOLLOWER, List.of(led(1, 7)), 20);

    answer(old);

    assertThat(promised).isEmpty();
  }

  @Test
  void afterARestartOfTheStreamTheSetTravelsAgain() {
    answer(beat(10));
    leader.restart(FOLLOWER);
    follower.restart(LEADER);

    assertThat(beat(20).getShardsList()).isEqualTo(LED);
  }

  @Test
  void aFollowerThatDoesNotKnowTheSetPromisesNothing() {
    answer(beat(10));
    follower.restart(LEADER);
    promised.clear();

    answer(beat(20));

    assertThat(promised).isEmpty();
    assertThat(beat(30).getShardsList()).isEqualTo(LED);
  }

  private Heartbeat beat(long now) {
    return leader.beat(FOLLOWER, LED, now).orElseThrow();
  }

  private void answer(Heartbeat heartbeat) {
    HeartbeatAck ack = follower.receive(LEADER, 1, heartbeat, (shard, node, boot, term) -> true);
    leader.receive(FOLLOWER, ack, this::promised);
  }

  private void promised(ShardId shard, NodeId node, long term, long askedAt) {
    promised.add("%d term %d at %d".formatted(shard.number(), term, askedAt));
  }

  private static LedShard led(int shard, long term) {
    return LedShard.newBuilder().setShard(shard).setTerm(term).build();
  }
}
