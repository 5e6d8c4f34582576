package dev.keelson.datanode.membership;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import dev.keelson.coordination.InMemoryMetadataStore;
import dev.keelson.coordination.InMemoryMetadataStore.Fault;
import dev.keelson.coordination.MetadataKeys;
import dev.keelson.coordination.MetadataStore;
import dev.keelson.coordination.MetadataStore.Change;
import dev.keelson.coordination.MetadataStore.Entry;
import dev.keelson.coordination.MetadataStore.Swap;
import dev.keelson.coordination.MetadataStore.SwapResult;
import dev.keelson.core.shard.NodeId;
import dev.keelson.core.shard.ShardId;
import dev.keelson.proto.internal.v1.IdentityRecord;
import dev.keelson.proto.internal.v1.ShardRecord;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ClusterJoinTest {
  private static final NodeId N1 = new NodeId("n1");

  @TempDir private Path temporary;
  private final InMemoryMetadataStore etcd = new InMemoryMetadataStore();

  private Membership join(String directory, MetadataStore store) throws Exception {
    return join(directory, "n1", store, "");
  }

  private Membership join(String directory, String node, MetadataStore store, String adopt)
      throws Exception {
    return ClusterJoin.join(
        new ClusterJoin.Request(
            "main", new NodeId(node), temporary.resolve(directory), Duration.ofSeconds(1), adopt),
        store,
        Thread::startVirtualThread);
  }

  /** Starts and stops; what is left is what a later start finds. */
  private Membership joinOnce(String directory, MetadataStore store) throws Exception {
    Membership membership = join(directory, store);
    stop(membership);
    return membership;
  }

  private static void stop(Membership membership) throws IOException {
    membership.guard().close();
    membership.directory().close();
  }

  private IdentityRecord inEtcd() throws Exception {
    return IdentityRecord.parseFrom(
        etcd.get(MetadataKeys.identity(N1)).toCompletableFuture().get().orElseThrow().value());
  }

  @Test
  void each_start_has_a_greater_number_on_the_same_disk() throws Exception {
    NodeIdentity first = joinOnce("a", etcd).identity();
    NodeIdentity second = joinOnce("a", etcd).identity();

    assertThat(first.boot()).isEqualTo(1);
    assertThat(second.boot()).isEqualTo(2);
    assertThat(second.disk()).isEqualTo(first.disk());
    assertThat(inEtcd().getBoot()).isEqualTo(2);
    assertThat(inEtcd().getDiskId()).isEqualTo(first.disk());
  }

  @Test
  void all_nodes_find_the_cluster_that_the_first_one_made() throws Exception {
    String first = join("a", "n1", etcd, "").identity().cluster();
    String second = join("b", "n2", etcd, "").identity().cluster();

    assertThat(first).startsWith("main-").isEqualTo(second);
  }

  @Test
  void a_lost_disk_gets_a_new_storage_id() throws Exception {
    NodeIdentity first = joinOnce("a", etcd).identity();

    NodeIdentity second = joinOnce("empty", etcd).identity();

    assertThat(second.disk()).isNotEqualTo(first.disk());
    assertThat(second.boot()).isEqualTo(2);
  }

  @Test
  void a_disk_that_was_set_back_gets_a_new_storage_id() throws Exception {
    NodeIdentity first = joinOnce("a", etcd).identity();
    Path copy = copy("a");
    joinOnce("a", etcd);

    NodeIdentity restored = joinOnce(copy.getFileName().toString(), etcd).identity();

    assertThat(restored.disk()).isNotEqualTo(first.disk());
    assertThat(restored.boot()).isEqualTo(3);
  }

  @Test
  void a_disk_that_comes_back_after_it_was_replaced_gets_a_new_storage_id() throws Exception {
    NodeIdentity first = joinOnce("a", etcd).identity();
    NodeIdentity second = joinOnce("b", etcd).identity();

    NodeIdentity third = joinOnce("a", etcd).identity();

    assertThat(third.disk()).isNotIn(first.disk(), second.disk());
  }

  @Test
  void a_second_process_on_the_directory_is_refused() throws Exception {
    Membership running = join("a", etcd);

    assertThatThrownBy(() -> join("a", etcd))
        .isInstanceOf(StartRefusedException.class)
        .hasMessageContaining("another process uses the data directory");
    stop(running);
  }

  @Test
  void a_directory_of_another_cluster_is_refused_and_stays_as_it_was() throws Exception {
    String cluster = joinOnce("a", etcd).identity().cluster();
    String before = Files.readString(temporary.resolve("a/IDENTITY"));
    InMemoryMetadataStore other = new InMemoryMetadataStore();
    joinOnce("b", other);

    assertThatThrownBy(() -> join("a", other))
        .isInstanceOf(StartRefusedException.class)
        .hasMessageContaining("belongs to cluster " + cluster)
        .hasMessageContaining("check the endpoints");
    assertThat(Files.readString(temporary.resolve("a/IDENTITY"))).isEqualTo(before);
  }

  @Test
  void nothing_is_made_anew_in_an_empty_etcd_when_there_is_data() throws Exception {
    joinOnce("a", etcd);

    assertThatThrownBy(() -> join("a", new InMemoryMetadataStore()))
        .isInstanceOf(StartRefusedException.class)
        .hasMessageContaining("etcd knows of no cluster main");
  }

  @Test
  void a_directory_of_another_node_is_refused() throws Exception {
    joinOnce("a", etcd);

    assertThatThrownBy(() -> join("a", "n2", etcd, ""))
        .isInstanceOf(StartRefusedException.class)
        .hasMessageContaining("belongs to node n1, this is node n2");
  }

  @Test
  void foreign_files_and_a_journal_without_identity_are_refused() throws Exception {
    Files.createDirectories(temporary.resolve("photos"));
    Files.writeString(temporary.resolve("photos/cat.jpg"), "");
    Files.createDirectories(temporary.resolve("lost/journal"));
    Files.writeString(temporary.resolve("file"), "");

    assertThatThrownBy(() -> join("photos", etcd)).hasMessageContaining("[cat.jpg]");
    assertThatThrownBy(() -> join("lost", etcd)).hasMessageContaining("a journal but no IDENTITY");
    assertThatThrownBy(() -> join("file", etcd)).hasMessageContaining("can't make");
  }

  @Test
  void a_start_waits_while_etcd_is_away() throws Exception {
    etcd.fail(Fault.AWAY);
    CompletableFuture<Membership> joined = new CompletableFuture<>();
    Thread.startVirtualThread(
        () -> {
          try {
            joined.complete(join("a", etcd));
          } catch (Exception e) {
            joined.completeExceptionally(e);
          }
        });
    assertThat(joined).isNotDone();

    etcd.fail(Fault.NONE);

    assertThat(joined.get(10, TimeUnit.SECONDS).identity().boot()).isEqualTo(1);
  }

  @Test
  void a_number_whose_answer_was_lost_is_settled_by_reading_again() throws Exception {
    LosingStore losing = new LosingStore(etcd);

    NodeIdentity identity = joinOnce("a", losing).identity();

    assertThat(losing.lost).isEqualTo(2);
    assertThat(inEtcd().getBoot()).isEqualTo(identity.boot());
    assertThat(inEtcd().getDiskId()).isEqualTo(identity.disk());
  }

  @Test
  void etcd_that_was_set_back_is_a_latched_alarm_over_restarts() throws Exception {
    InMemoryMetadataStore later = new InMemoryMetadataStore(Runnable::run, 9);
    InMemoryMetadataStore earlier = new InMemoryMetadataStore(Runnable::run, 9);
    joinOnce("a", later);
    copyAll(later, earlier);
    for (int i = 0; i < 10; i++) {
      put(later, "counters/sessions", "" + i);
    }
    joinOnce("a", later);

    Membership alarmed = join("a", earlier);
    assertThat(alarmed.guard().alarm())
        .hasValueSatisfying(it -> assertThat(it).contains("set back"));
    SwapResult refused =
        alarmed
            .store()
            .swap(Swap.put("shards/1", 0, ByteString.copyFromUtf8("x")))
            .toCompletableFuture()
            .get();
    assertThat(refused).isInstanceOf(SwapResult.Unknown.class);
    stop(alarmed);
    for (int i = 0; i < 100; i++) {
      put(earlier, "counters/sessions", "" + i);
    }

    Membership still = join("a", earlier);
    assertThat(still.guard().alarm()).isPresent();
    stop(still);
  }

  @Test
  void an_alarm_is_cleared_by_adopting_exactly_that_etcd() throws Exception {
    InMemoryMetadataStore first = new InMemoryMetadataStore(Runnable::run, 9);
    InMemoryMetadataStore second = new InMemoryMetadataStore(Runnable::run, 10);
    joinOnce("a", first);
    copyAll(first, second);
    Membership alarmed = join("a", second);
    assertThat(alarmed.guard().alarm())
        .hasValueSatisfying(it -> assertThat(it).contains("another store"));
    stop(alarmed);
    String token = EtcdMemory.read(temporary.resolve("a")).adoptToken();

    Membership wrong = join("a", "n1", second, "9-99999");
    assertThat(wrong.guard().alarm()).isPresent();
    stop(wrong);
    Membership adopted = join("a", "n1", second, "9-1, " + token);

    assertThat(adopted.guard().alarm()).isEmpty();
    stop(adopted);
    assertThat(join("a", second).guard().alarm()).isEmpty();
  }

  @Test
  void an_adoption_raises_the_terms_above_what_is_durable_here() throws Exception {
    InMemoryMetadataStore first = new InMemoryMetadataStore(Runnable::run, 9);
    InMemoryMetadataStore second = new InMemoryMetadataStore(Runnable::run, 10);
    putShard(first, 1, 3);
    putShard(first, 2, 8);
    joinOnce("a", first);
    copyAll(first, second);
    stop(join("a", second));
    Membership adopted =
        join("a", "n1", second, EtcdMemory.read(temporary.resolve("a")).adoptToken());
    assertThat(adopted.guard().isAdopting()).isTrue();

    Adoption.run(
        adopted.guard(),
        adopted.store(),
        new MetadataStore.Listing(List.of(), 0, 0),
        Map.of(new ShardId(1), 7L, new ShardId(2), 7L, new ShardId(3), 7L));

    assertThat(term(second, 1)).isEqualTo(8);
    assertThat(term(second, 2)).isEqualTo(8);
    assertThat(adopted.guard().isAdopting()).isFalse();
    stop(adopted);
    Membership later = join("a", second);
    assertThat(later.guard().isAdopting()).isFalse();
    stop(later);
  }

  @Test
  void an_adoption_puts_back_what_was_made_after_the_backup() throws Exception {
    InMemoryMetadataStore first = new InMemoryMetadataStore(Runnable::run, 9);
    InMemoryMetadataStore second = new InMemoryMetadataStore(Runnable::run, 10);
    Path directory = temporary.resolve("a");
    Membership before = join("a", first);
    copyAll(first, second);
    EtcdCopy copy = EtcdCopy.follow(directory, before.guard(), before.later(), before.store());
    putShard(first, 4, 3);
    copy.close();
    stop(before);
    Membership alarmed = join("a", second);
    EtcdCopy.follow(directory, alarmed.guard(), alarmed.later(), alarmed.store()).close();
    stop(alarmed);
    Membership adopted =
        join("a", "n1", second, EtcdMemory.read(temporary.resolve("a")).adoptToken());

    Adoption.run(adopted.guard(), adopted.store(), EtcdCopy.read(directory), Map.of());

    assertThat(term(second, 4)).as("a wrong etcd has not replaced the copy").isEqualTo(3);
    stop(adopted);
  }

  @Test
  void an_adoption_that_was_interrupted_goes_on_with_the_next_start() throws Exception {
    InMemoryMetadataStore first = new InMemoryMetadataStore(Runnable::run, 9);
    InMemoryMetadataStore second = new InMemoryMetadataStore(Runnable::run, 10);
    joinOnce("a", first);
    copyAll(first, second);
    stop(join("a", second));
    stop(join("a", "n1", second, EtcdMemory.read(temporary.resolve("a")).adoptToken()));

    Membership later = join("a", second);

    assertThat(later.guard().alarm()).isEmpty();
    assertThat(later.guard().isAdopting()).isTrue();
    stop(later);
  }

  private static void putShard(MetadataStore store, int shard, long term) throws Exception {
    ShardRecord record =
        ShardRecord.newBuilder().setId(shard).setRangeEnd(1).setTerm(term).setLeader("n1").build();
    store
        .swap(Swap.put(MetadataKeys.shard(new ShardId(shard)), 0, record.toByteString()))
        .toCompletableFuture()
        .get();
  }

  private static long term(MetadataStore store, int shard) throws Exception {
    Entry entry =
        store.get(MetadataKeys.shard(new ShardId(shard))).toCompletableFuture().get().orElseThrow();
    return ShardRecord.parseFrom(entry.value()).getTerm();
  }

  @Test
  void a_peer_that_knows_another_store_or_a_later_revision_raises_the_alarm() throws Exception {
    Membership one = join("a", "n1", etcd, "");
    Membership two = join("b", "n2", etcd, "");
    long store = one.guard().seen().storeId();
    long revision = etcd.list("").toCompletableFuture().get().revision();

    one.guard()
        .peerSaw(new NodeId("n2"), new dev.keelson.datanode.peer.EtcdWitness.Seen(store, revision));
    assertThat(one.guard().alarm()).isEmpty();
    assertThat(one.guard().seen().revision()).isEqualTo(revision);
    one.guard()
        .peerSaw(
            new NodeId("n2"), new dev.keelson.datanode.peer.EtcdWitness.Seen(store, revision + 50));
    await().until(() -> one.guard().alarm().isPresent());
    two.guard()
        .peerSaw(new NodeId("n1"), new dev.keelson.datanode.peer.EtcdWitness.Seen(store + 1, 1));

    assertThat(two.guard().alarm()).hasValueSatisfying(it -> assertThat(it).contains("node n1"));
  }

  private Path copy(String directory) throws IOException {
    Path from = temporary.resolve(directory);
    Path to = temporary.resolve(directory + "-copy");
    Files.walkFileTree(
        from,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Path target = to.resolve(from.relativize(file).toString());
            Files.createDirectories(target.getParent());
            Files.copy(file, target);
            return FileVisitResult.CONTINUE;
          }
        });
    return to;
  }

  private static void put(InMemoryMetadataStore store, String key, String value) throws Exception {
    long revision =
        store.get(key).toCompletableFuture().get().map(MetadataStore.Entry::modRevision).orElse(0L);
    store.swap(Swap.put(key, revision, ByteString.copyFromUtf8(value))).toCompletableFuture().get();
  }

  private static void copyAll(InMemoryMetadataStore from, InMemoryMetadataStore to)
      throws Exception {
    List<Change> all =
        from.list("").toCompletableFuture().get().entries().stream()
            .<Change>map(it -> new Change.Put(it.key(), it.value()))
            .toList();
    to.swap(new Swap(List.of(), all)).toCompletableFuture().get();
  }
}
