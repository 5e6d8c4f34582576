package dev.keelson.datanode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import dev.keelson.coordination.MetadataKeys;
import dev.keelson.core.key.RowKey;
import dev.keelson.core.shard.HashRange;
import dev.keelson.core.shard.ShardConfig;
import dev.keelson.core.shard.ShardId;
import dev.keelson.datanode.rpc.FragmentsClient;
import dev.keelson.proto.internal.v1.Command;
import dev.keelson.proto.internal.v1.CommandResult;
import dev.keelson.proto.internal.v1.Mutation;
import dev.keelson.proto.internal.v1.NodeAnswer;
import dev.keelson.proto.internal.v1.NodeCall;
import dev.keelson.proto.internal.v1.ReadRows;
import dev.keelson.proto.internal.v1.ShardRecord;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("long")
final class DataNodeTest {
  private static final ShardId SHARD = new ShardId(1);
  private static final ByteString EMPTY_ROW = ByteString.copyFrom(new byte[] {1});

  @TempDir private Path directory;
  private TestCluster cluster;

  @BeforeEach
  void start() throws Exception {
    cluster = new TestCluster(directory, 3, 3).start("n1", "n2", "n3");
  }

  @AfterEach
  void stop() {
    cluster.close();
  }

  private ShardConfig shard() throws Exception {
    Optional<dev.keelson.coordination.MetadataStore.Entry> entry =
        cluster.etcd.get(MetadataKeys.shard(SHARD)).toCompletableFuture().get();
    return ShardConfig.fromRecord(
        entry.isPresent()
            ? ShardRecord.parseFrom(entry.get().value())
            : ShardRecord.newBuilder().setRangeEnd(1).build(),
        1);
  }

  private String leader() {
    await().atMost(Duration.ofSeconds(20)).until(() -> shard().leader().isPresent());
    try {
      return shard().leader().orElseThrow().name();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private NodeAnswer ask(NodeCall.Builder call) {
    NodeAnswer[] last = new NodeAnswer[1];
    await()
        .atMost(Duration.ofSeconds(20))
        .ignoreExceptions()
        .until(
            () -> {
              DataNode node = cluster.running(leader()).node();
              try (FragmentsClient client =
                  new FragmentsClient(node.address().toString(), node.identity().cluster())) {
                last[0] = client.reading(10).send(call.clone()).get(2, TimeUnit.SECONDS);
                return !last[0].hasError();
              }
            });
    return last[0];
  }

  /** Table 1, a partition of two bytes, its length. */
  private static ByteString key(String partition) {
    byte[] bytes = new byte[] {0, 0, 0, 1, 0, 0, 0, 2};
    bytes[4] = (byte) partition.charAt(0);
    bytes[5] = (byte) partition.charAt(1);
    return ByteString.copyFrom(bytes);
  }

  /** Two partitions that lie in the shard. */
  private List<String> partitions() throws Exception {
    await().atMost(Duration.ofSeconds(20)).until(() -> shard().leader().isPresent());
    HashRange range = shard().range();
    List<String> found = new ArrayList<>();
    for (char second = '0'; second <= 'z'; second++) {
      String partition = "k" + second;
      if (range.contains(RowKey.parse(key(partition)).partitionHash())) {
        found.add(partition);
      }
    }
    return found.subList(0, 2);
  }

  private void put(String partition) throws Exception {
    Command command =
        Command.newBuilder()
            .setPartitionHash(RowKey.parse(key(partition)).partitionHash())
            .addMutations(
                Mutation.newBuilder()
                    .setKind(Mutation.Kind.PUT)
                    .setKey(key(partition))
                    .setRow(EMPTY_ROW))
            .build();
    NodeAnswer answer =
        ask(
            NodeCall.newBuilder()
                .setShard(SHARD.number())
                .setDeadlineMillis(5_000)
                .setCommand(command.toByteString()));
    assertThat(answer.getWritten().getOutcome()).isEqualTo(CommandResult.Outcome.APPLIED);
  }

  private boolean isThere(String partition) {
    NodeAnswer answer =
        ask(
            NodeCall.newBuilder()
                .setShard(SHARD.number())
                .setDeadlineMillis(5_000)
                .setRead(ReadRows.newBuilder().addKeys(key(partition))));
    return answer.getRows().getRows(0).getFound();
  }

  @Test
  void what_was_written_is_read_after_its_leader_was_killed_and_after_all_have_started_anew()
      throws Exception {
    String before = partitions().getFirst();
    String after = partitions().getLast();
    put(before);
    assertThat(isThere(before)).isTrue();

    String first = leader();
    cluster.kill(first);
    await().atMost(Duration.ofSeconds(20)).until(() -> !leader().equals(first));
    assertThat(isThere(before)).isTrue();
    put(after);

    cluster.start(first);
    for (String name : List.of("n1", "n2", "n3")) {
      cluster.kill(name);
    }
    cluster.start("n1", "n2", "n3");
    assertThat(isThere(before)).isTrue();
    assertThat(isThere(after)).isTrue();
  }

  @Test
  void nodes_become_ready_describe_themselves_and_hand_over_when_they_stop() throws Exception {
    String partition = partitions().getFirst();
    put(partition);
    await()
        .atMost(Duration.ofSeconds(20))
        .until(() -> cluster.nodes.values().stream().allMatch(it -> it.health().isReady()));
    String first = leader();
    DataNode node = cluster.running(first).node();
    try (FragmentsClient client =
        new FragmentsClient(node.address().toString(), node.identity().cluster())) {
      assertThat(client.describe().getReplicasCount()).isEqualTo(3);
      assertThat(client.describe().getDegradedReason()).isEmpty();
    }

    cluster.stop(first);

    assertThat(leader()).isNotEqualTo(first);
    assertThat(isThere(partition)).isTrue();
  }
}
