package dev.keelson.datanode.shard;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.keelson.core.replication.Input;
import dev.keelson.core.replication.Output;
import dev.keelson.core.replication.Position;
import dev.keelson.core.replication.Replica;
import dev.keelson.core.replication.ReplicaState;
import dev.keelson.core.replication.ReplicationSettings;
import dev.keelson.core.shard.Election;
import dev.keelson.core.shard.HashRange;
import dev.keelson.core.shard.NodeId;
import dev.keelson.core.shard.ReplicaId;
import dev.keelson.core.shard.ShardConfig;
import dev.keelson.core.shard.ShardId;
import dev.keelson.proto.internal.v1.NewTerm;
import dev.keelson.proto.internal.v1.PeerMessage;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** A shard with one voter elects itself; what is said of it. */
class LeadershipLogTest {
  private static final NodeId SELF = new NodeId("n1");
  private static final NodeId OTHER = new NodeId("n2");
  private static final long TICK = 50_000_000L;

  private final Logger logger = (Logger) LoggerFactory.getLogger(LeadershipLog.class);
  private final ListAppender<ILoggingEvent> lines = new ListAppender<>();
  private final LeadershipLog log = new LeadershipLog(SELF);
  private final List<Input> next = new ArrayList<>();
  private long now = TICK;
  private long revision = 1;
  private ShardConfig stored =
      new ShardConfig(
          new ShardId(7),
          1,
          HashRange.ALL,
          0,
          Optional.empty(),
          Optional.empty(),
          List.of(new ReplicaId(SELF, "disk")),
          List.of(),
          List.of(),
          Optional.empty(),
          revision);
  private final Replica replica =
      new Replica(
          stored,
          SELF,
          1,
          ReplicationSettings.DEFAULTS,
          new Random(1),
          ReplicaState.fresh("disk"),
          Position.ZERO,
          List.of(),
          0,
          now);

  @BeforeEach
  void listen() {
    lines.start();
    logger.setLevel(Level.INFO);
    logger.setAdditive(false);
    logger.addAppender(lines);
  }

  @AfterEach
  void stopListening() {
    logger.detachAppender(lines);
    logger.setAdditive(true);
    logger.setLevel(null);
  }

  @Test
  void an_election_and_a_leadership_are_one_line_each() {
    elect();

    assertThat(said())
        .satisfiesExactly(
            won ->
                assertThat(won)
                    .isEqualTo(
                        "shard 7: n1 won the election of term 1 and named n1:"
                            + " term 0 has no leader"),
            leads -> assertThat(leads).startsWith("shard 7: n1 leads term 1 and serves, "));
  }

  @Test
  void a_leadership_ends_with_a_reason() {
    elect();
    NewTerm fence = NewTerm.newBuilder().setTerm(2).setReleasedTerm(1).build();

    next.add(new Input.Received(OTHER, 1, PeerMessage.newBuilder().setNewTerm(fence).build()));
    turn();

    assertThat(said())
        .last()
        .asString()
        .isEqualTo("shard 7: n1 no longer leads term 1: term 2 has begun");
  }

  @Test
  void an_election_that_another_node_took_is_lost() {
    Election others = new Election(OTHER, 1, 5);
    boolean lost = false;
    for (int i = 0; i < 200 && !lost; i++) {
      next.add(new Input.Tick());
      now += TICK;
      Output output = replica.step(List.copyOf(next), now);
      next.clear();
      log.stepped(replica, output, now);
      if (output.swap().isPresent()) {
        ShardConfig current = stored.withElection(others).withRevision(++revision);
        next.add(new Input.SwapAnswered(output.swap().get().attempt(), Optional.of(current)));
        lost = true;
      }
    }
    turn();

    assertThat(said())
        .containsExactly("shard 7: n1 lost the election of term 1: term 1 belongs to n2");
  }

  private void elect() {
    for (int i = 0; i < 200 && !replica.isServing(); i++) {
      turn();
    }
    assertThat(replica.isServing()).isTrue();
  }

  /** One turn of a loop whose journal, rows and etcd answer at once. */
  private void turn() {
    next.add(new Input.Tick());
    now += TICK;
    Output output = replica.step(List.copyOf(next), now);
    next.clear();
    if (output.persistSequence() > 0) {
      next.add(new Input.Persisted(output.persistSequence()));
    }
    if (output.commitIndex() > 0) {
      next.add(new Input.Applied(output.commitIndex()));
    }
    output
        .swap()
        .ifPresent(
            swap -> {
              stored = swap.next().withRevision(++revision);
              next.add(new Input.SwapAnswered(swap.attempt(), Optional.of(stored)));
            });
    log.stepped(replica, output, now);
  }

  private List<String> said() {
    return lines.list.stream().map(ILoggingEvent::getFormattedMessage).toList();
  }
}
