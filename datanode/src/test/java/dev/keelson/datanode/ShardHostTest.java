package dev.keelson.datanode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.keelson.coordination.InMemoryMetadataStore;
import dev.keelson.coordination.MetadataKeys;
import dev.keelson.coordination.MetadataStore.Change;
import dev.keelson.coordination.MetadataStore.Swap;
import dev.keelson.core.shard.HashRange;
import dev.keelson.core.shard.NodeId;
import dev.keelson.core.shard.ReplicaId;
import dev.keelson.core.shard.ShardConfig;
import dev.keelson.core.shard.ShardId;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ShardHostTest {
  private static final NodeId N1 = new NodeId("n1");
  private static final NodeId N2 = new NodeId("n2");

  private final InMemoryMetadataStore etcd = new InMemoryMetadataStore();
  private final Queue<ShardId> opened = new ConcurrentLinkedQueue<>();
  private final Queue<ShardId> removed = new ConcurrentLinkedQueue<>();

  /** What waits until etcd is known to be the one it was. */
  private final Queue<Runnable> unsure = new ConcurrentLinkedQueue<>();

  @AfterEach
  void close() {
    etcd.close();
  }

  private ShardHost host(ShardId... recovered) {
    ShardHost host =
        new ShardHost(
            new ReplicaId(N1, "disk-1"),
            Set.of(recovered),
            config -> opened.add(config.id()),
            removed::add,
            unsure::add);
    host.follow(etcd.connect());
    return host;
  }

  private void place(int shard, ReplicaId... voters) {
    ShardConfig config =
        new ShardConfig(
            new ShardId(shard),
            1,
            HashRange.ALL,
            1,
            Optional.empty(),
            Optional.empty(),
            List.of(voters),
            List.of(),
            List.of(),
            Optional.empty(),
            0);
    change(new Change.Put(MetadataKeys.shard(config.id()), config.toRecord().toByteString()));
  }

  private void change(Change change) {
    etcd.swap(new Swap(List.of(), List.of(change))).toCompletableFuture().join();
  }

  private static ReplicaId on(NodeId node) {
    return new ReplicaId(node, "disk-" + node.name().substring(1));
  }

  @Test
  void replicas_that_lie_here_are_opened_and_no_others() {
    place(1, on(N1), on(N2));
    place(2, on(N2));
    try (ShardHost host = host()) {
      await().until(() -> host.expected().isPresent());
      assertThat(host.expected()).hasValue(1L);
      assertThat(host.shards()).hasSize(2);
      place(3, on(N1));

      await().until(() -> opened.size() == 2);
      assertThat(opened).containsExactly(new ShardId(1), new ShardId(3));
      assertThat(host.expected()).hasValue(2L);
      assertThat(host.lostReplicas()).isZero();
      assertThat(removed).isEmpty();
    }
  }

  @Test
  void before_etcd_has_told_it_is_not_known_what_lies_here() {
    ShardHost host = new ShardHost(on(N1), Set.of(), config -> {}, shard -> {}, Runnable::run);

    assertThat(host.expected()).isEmpty();
  }

  @Test
  void a_replica_that_lay_on_a_disk_that_is_gone_is_not_made_again() {
    place(1, new ReplicaId(N1, "the disk before"), on(N2));
    try (ShardHost host = host()) {
      await().until(() -> host.lostReplicas() == 1);

      assertThat(opened).isEmpty();
      assertThat(removed).isEmpty();
      assertThat(host.expected()).hasValue(0L);
    }
  }

  @Test
  void a_replica_that_is_no_longer_named_learns_so_when_etcd_is_surely_the_one_it_was() {
    place(1, on(N1));
    try (ShardHost host = host()) {
      await().until(() -> opened.size() == 1);
      place(1, on(N2));

      await().until(() -> unsure.size() == 1);
      assertThat(opened).hasSize(1);
      unsure.remove().run();

      assertThat(opened).hasSize(2);
      assertThat(removed).isEmpty();
      assertThat(host.expected()).hasValue(0L);
    }
  }

  @Test
  void a_dropped_shard_goes_at_once_since_etcd_said_so_itself() {
    place(1, on(N1));
    try (ShardHost host = host()) {
      await().until(() -> opened.size() == 1);
      change(new Change.Delete(MetadataKeys.shard(new ShardId(1))));

      await().until(() -> removed.contains(new ShardId(1)));
      assertThat(host.shards()).isEmpty();
    }
  }

  @Test
  void what_a_listing_lacks_goes_only_when_etcd_is_surely_the_one_it_was() {
    place(2, on(N1));
    try (ShardHost host = host(new ShardId(1), new ShardId(2))) {
      await().until(() -> unsure.size() == 1);
      assertThat(removed).isEmpty();

      unsure.remove().run();

      assertThat(removed).containsExactly(new ShardId(1));
      assertThat(host.expected()).hasValue(1L);
    }
  }

  @Test
  void a_record_that_can_not_be_read_is_no_reason_to_remove_a_replica() {
    change(
        new Change.Put("shards/1", com.google.protobuf.ByteString.copyFrom(new byte[] {(byte) 7})));
    try (ShardHost host = host(new ShardId(1))) {
      await().until(() -> host.expected().isPresent());

      assertThat(unsure).isEmpty();
      assertThat(removed).isEmpty();
    }
  }
}
