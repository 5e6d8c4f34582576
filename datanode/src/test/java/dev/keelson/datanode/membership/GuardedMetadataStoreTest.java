package dev.keelson.datanode.membership;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import dev.keelson.coordination.InMemoryMetadataStore;
import dev.keelson.coordination.MetadataStore;
import dev.keelson.coordination.MetadataStore.Swap;
import dev.keelson.coordination.MetadataStore.SwapResult;
import dev.keelson.coordination.MetadataUnavailableException;
import dev.keelson.core.shard.NodeId;
import dev.keelson.datanode.peer.EtcdWitness.Seen;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** An answer of another etcd, or of one that was set back, is none (R14). */
class GuardedMetadataStoreTest {
  private static final long STORE = 9;

  private final InMemoryMetadataStore store = new InMemoryMetadataStore(Runnable::run, STORE);
  private final List<String> alarms = new ArrayList<>();
  private final List<Runnable> later = new ArrayList<>();

  private EtcdGuard guard(long storeId, long revision) {
    EtcdGuard guard =
        new EtcdGuard(
            store,
            new EtcdMemory(storeId, revision, "", false),
            memory -> {},
            (after, task) -> later.add(task));
    guard.onAlarm(alarms::add);
    return guard;
  }

  private static SwapResult claim(MetadataStore guarded) {
    return guarded
        .swap(Swap.put("shards/1", 0, ByteString.copyFromUtf8("x")))
        .toCompletableFuture()
        .join();
  }

  @Test
  void the_answer_of_the_store_that_is_known_counts() {
    EtcdGuard guard = guard(STORE, 1);

    assertThat(claim(guard.guarded())).isEqualTo(new SwapResult.Swapped(2, STORE));

    assertThat(guard.seen()).isEqualTo(new Seen(STORE, 2));
    assertThat(alarms).isEmpty();
  }

  @Test
  void a_swap_that_another_store_carried_out_is_unknown_and_an_alarm() {
    assertThat(claim(guard(STORE + 1, 1).guarded())).isInstanceOf(SwapResult.Unknown.class);

    assertThat(alarms).singleElement().asString().contains("another store");
  }

  @Test
  void a_swap_at_a_lower_revision_than_was_known_is_unknown_and_an_alarm() {
    assertThat(claim(guard(STORE, 50).guarded())).isInstanceOf(SwapResult.Unknown.class);

    assertThat(alarms).singleElement().asString().contains("set back");
  }

  @Test
  void what_is_read_from_a_wrong_store_is_nothing() {
    MetadataStore guarded = guard(STORE, 50).guarded();

    assertThatThrownBy(() -> guarded.read("shards/1").toCompletableFuture().join())
        .hasCauseInstanceOf(MetadataUnavailableException.class);

    assertThat(alarms).hasSize(1);
  }

  @Test
  void the_first_answer_of_all_says_which_store_it_is() {
    EtcdGuard guard = guard(0, 0);

    guard.guarded().list("shards/").toCompletableFuture().join();

    assertThat(guard.seen()).isEqualTo(new Seen(STORE, 1));
    assertThat(alarms).isEmpty();
  }

  @Test
  void what_peers_tell_is_confirmed_again_after_a_while_when_etcd_was_away() {
    EtcdGuard guard = guard(STORE, 1);
    store.fail(InMemoryMetadataStore.Fault.AWAY);
    guard.peerSaw(new NodeId("n2"), new Seen(STORE, 40));
    assertThat(alarms).isEmpty();

    store.fail(InMemoryMetadataStore.Fault.NONE);
    List.copyOf(later).forEach(Runnable::run);

    assertThat(alarms).singleElement().asString().contains("node n2 has seen revision 40");
  }
}
