package dev.keelson.datanode.membership;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import dev.keelson.coordination.InMemoryMetadataStore;
import dev.keelson.coordination.MetadataKeys;
import dev.keelson.coordination.MetadataStore.Change;
import dev.keelson.coordination.MetadataStore.Subscription;
import dev.keelson.coordination.MetadataStore.Swap;
import dev.keelson.core.shard.NodeId;
import dev.keelson.proto.internal.v1.IdentityRecord;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SuccessionTest {
  private static final NodeId SELF = new NodeId("n1");

  private final InMemoryMetadataStore etcd = new InMemoryMetadataStore();
  private final Queue<String> superseded = new ConcurrentLinkedQueue<>();

  @AfterEach
  void close() {
    etcd.close();
  }

  private Subscription watch() {
    NodeIdentity self = new NodeIdentity("cluster", SELF, "disk-1", 5, Duration.ofSeconds(1));
    return Succession.watch(etcd.connect(), self, superseded::add);
  }

  private void store(NodeId node, ByteString value) {
    Change put = new Change.Put(MetadataKeys.identity(node), value);
    etcd.swap(new Swap(List.of(), List.of(put))).toCompletableFuture().join();
  }

  private static ByteString start(long boot) {
    return IdentityRecord.newBuilder().setBoot(boot).setDiskId("disk-2").build().toByteString();
  }

  @Test
  void a_later_start_of_the_same_node_ends_this_one() {
    try (Subscription watch = watch()) {
      assertThat(watch).isNotNull();
      store(SELF, start(6));
      await().until(() -> !superseded.isEmpty());
    }

    assertThat(superseded.element())
        .isEqualTo(
            "start 6 of node n1 is under way elsewhere on disk disk-2; this is start 5 and must"
                + " end");
  }

  @Test
  void a_later_start_that_was_there_before_the_watch_is_noticed_too() {
    store(SELF, start(6));
    try (Subscription watch = watch()) {
      assertThat(watch).isNotNull();
      await().until(() -> !superseded.isEmpty());
    }
  }

  @Test
  void its_own_start_earlier_ones_and_other_nodes_are_no_reason() {
    store(SELF, start(4));
    try (Subscription watch = watch()) {
      assertThat(watch).isNotNull();
      store(SELF, start(5));
      store(new NodeId("n10"), start(9));
      store(new NodeId("n1-2"), start(9));
      // Told after the others.
      store(SELF, ByteString.copyFrom(new byte[] {7}));
      await().until(() -> !superseded.isEmpty());
    }

    assertThat(superseded).allMatch(it -> it.startsWith("identities/n1 in etcd can't be read"));
  }
}
