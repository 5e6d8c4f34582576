package dev.keelson.coordination;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.keelson.coordination.MetadataStore.Change;
import dev.keelson.coordination.MetadataStore.Entry;
import dev.keelson.coordination.MetadataStore.Listing;
import dev.keelson.coordination.MetadataStore.Registration;
import dev.keelson.coordination.MetadataStore.Swap;
import dev.keelson.coordination.MetadataStore.SwapResult;
import io.etcd.jetcd.api.KVGrpc;
import io.etcd.jetcd.api.LeaseGrpc;
import io.etcd.jetcd.api.LeaseRevokeRequest;
import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("cluster")
class EtcdMetadataStoreTest extends MetadataStoreContract {
  @TempDir static Path directory;
  private static EtcdProcess etcd;

  private String cluster = "";

  @BeforeAll
  static void startEtcd() throws Exception {
    etcd = EtcdProcess.start(directory);
  }

  @AfterAll
  static void stopEtcd() {
    etcd.close();
  }

  /** Each test has keys of its own, and so no contents of another. */
  @BeforeEach
  void nameCluster() {
    cluster = "test-" + UUID.randomUUID();
  }

  @Override
  MetadataStore newConnection() {
    return EtcdMetadataStore.connect(config(List.of(etcd), Duration.ofSeconds(1)));
  }

  private EtcdConfig config(List<EtcdProcess> members, Duration callTimeout) {
    return new EtcdConfig(
        members.stream().map(EtcdProcess::address).toList(),
        cluster,
        callTimeout,
        Duration.ofSeconds(4),
        Optional.empty(),
        Optional.empty(),
        Optional.empty());
  }

  @Override
  void goAway() throws IOException, InterruptedException {
    etcd.pause();
  }

  @Override
  void comeBack() throws IOException, InterruptedException {
    // Longer than a watch bears silence.
    Thread.sleep(8_000);
    etcd.resume();
  }

  @Override
  void expireLeaseOf(String key) {
    ManagedChannel channel =
        NettyChannelBuilder.forTarget(etcd.address().toString()).usePlaintext().build();
    try {
      long lease =
          KVGrpc.newBlockingStub(channel)
              .range(new EtcdKeys(cluster).get(key))
              .getKvs(0)
              .getLease();
      var unused =
          LeaseGrpc.newBlockingStub(channel)
              .leaseRevoke(LeaseRevokeRequest.newBuilder().setID(lease).build());
    } finally {
      channel.shutdownNow();
    }
  }

  @Test
  void keys_of_different_clusters_dont_meet() {
    MetadataStore store = connect();
    put(store, "a", "mine");
    cluster = cluster + "-other";

    assertThat(contents(connect(), "")).isEmpty();
  }

  @Test
  void a_watch_goes_on_with_a_reset_after_etcd_was_killed() throws Exception {
    MetadataStore store = connect();
    WatchRecorder recorder = new WatchRecorder();
    try (var watch = store.watch("w/", recorder)) {
      await().atMost(LIMIT).until(() -> recorder.resets() == 1);
      for (int round = 0; round < 3; round++) {
        put(store, "w/" + round, "before");
        etcd.kill();
        etcd.restart();
        int resets = recorder.resets();
        await()
            .atMost(LIMIT)
            .until(() -> recorder.resets() > resets - 1 && tryPut(store, "w/after"));
        await().atMost(LIMIT).until(() -> recorder.view().equals(contents(store, "w/")));
      }
      assertThat(recorder.resets()).isGreaterThanOrEqualTo(3);
    }
  }

  private static boolean tryPut(MetadataStore store, String key) {
    try {
      put(store, key, UUID.randomUUID().toString());
      return true;
    } catch (RuntimeException | AssertionError e) {
      return false;
    }
  }

  @Test
  void a_watch_of_what_was_compacted_away_is_reset() throws Exception {
    MetadataStore store = connect();
    WatchRecorder recorder = new WatchRecorder();
    try (var watch = store.watch("w/", recorder)) {
      await().atMost(LIMIT).until(() -> recorder.resets() == 1);
      etcd.pause();
      Thread.sleep(8_000);
      etcd.resume();
      MetadataStore other = connect();
      for (int i = 0; i < 50; i++) {
        put(other, "w/x", String.valueOf(i));
      }
      compact(join(other.list("")).revision());
      put(other, "w/x", "end");
      await().atMost(LIMIT).until(() -> recorder.view().equals(Map.of("w/x", "end")));
    }
  }

  private static void compact(long revision) {
    ManagedChannel channel =
        NettyChannelBuilder.forTarget(etcd.address().toString()).usePlaintext().build();
    try {
      var unused =
          KVGrpc.newBlockingStub(channel)
              .compact(
                  io.etcd.jetcd.api.CompactionRequest.newBuilder()
                      .setRevision(revision)
                      .setPhysical(true)
                      .build());
    } finally {
      channel.shutdownNow();
    }
  }

  /** Counts with compare-and-swap while etcd is killed and paused: no count is lost or doubled. */
  @Test
  void swaps_that_are_settled_by_reading_count_right_while_etcd_is_killed() throws Exception {
    List<Thread> counters = new ArrayList<>();
    AtomicBoolean stop = new AtomicBoolean();
    List<String> counted = java.util.Collections.synchronizedList(new ArrayList<>());
    for (int i = 0; i < 4; i++) {
      MetadataStore store = connect();
      String name = "counter" + i;
      counters.add(Thread.ofVirtual().start(() -> count(store, name, stop, counted)));
    }
    for (int round = 0; round < 3; round++) {
      int before = counted.size();
      await().atMost(LIMIT).until(() -> counted.size() > before + 100);
      etcd.kill();
      etcd.restart();
      int between = counted.size();
      await().atMost(LIMIT).until(() -> counted.size() > between + 100);
      etcd.pause();
      Thread.sleep(1_500);
      etcd.resume();
    }
    stop.set(true);
    for (Thread counter : counters) {
      assertThat(counter.join(Duration.ofSeconds(30))).isTrue();
    }
    String log = join(connect().get("log")).orElseThrow().value().toStringUtf8();
    assertThat(List.of(log.split(" "))).containsExactlyInAnyOrderElementsOf(counted);
  }

  /** Appends its own marks to one value; each mark is unique, as a nonce is. */
  private static void count(
      MetadataStore store, String name, AtomicBoolean stop, List<String> counted) {
    for (int i = 0; !stop.get(); i++) {
      String mark = name + "." + i;
      while (!append(store, mark)) {
        Thread.onSpinWait();
      }
      counted.add(mark);
    }
  }

  private static boolean append(MetadataStore store, String mark) {
    Optional<Entry> entry;
    try {
      entry = join(store.get("log"));
    } catch (RuntimeException e) {
      return false;
    }
    String log = entry.map(it -> it.value().toStringUtf8()).orElse("");
    if (List.of(log.split(" ")).contains(mark)) {
      return true; // An attempt whose answer was lost.
    }
    String next = log.isEmpty() ? mark : log + " " + mark;
    SwapResult result =
        join(store.swap(Swap.put("log", entry.map(Entry::modRevision).orElse(0L), bytes(next))));
    return result instanceof SwapResult.Swapped;
  }

  @Test
  void a_registration_survives_that_etcd_was_killed() throws Exception {
    MetadataStore process = connect();
    try (Registration registration = process.register("nodes/a", bytes("here"))) {
      await().atMost(LIMIT).until(registration::isHeld);
      etcd.kill();
      Thread.sleep(6_000); // Longer than the lease.
      assertThat(registration.isHeld()).isFalse();
      etcd.restart();
      await().atMost(LIMIT).until(registration::isHeld);
      assertThat(contents(process, "nodes/")).isEqualTo(Map.of("nodes/a", "here"));
    }
  }

  @Test
  void another_etcd_in_the_same_place_shows_by_its_store_id_and_gets_the_registration()
      throws Exception {
    MetadataStore process = connect();
    WatchRecorder recorder = new WatchRecorder();
    try (Registration registration = process.register("nodes/a", bytes("here"));
        var watch = process.watch("", recorder)) {
      await().atMost(LIMIT).until(() -> registration.isHeld() && recorder.resets() > 0);
      Listing before = join(process.list(""));

      etcd.restartAsAnother();

      await().atMost(LIMIT).until(() -> recorder.lastReset().storeId() != before.storeId());
      await().atMost(LIMIT).until(() -> recorder.view().containsKey("nodes/a"));
    }
  }

  @Test
  void an_etcd_that_was_emptied_shows_by_a_lower_revision() throws Exception {
    MetadataStore process = connect();
    for (int i = 0; i < 20; i++) {
      put(process, "a/" + i, "x");
    }
    WatchRecorder recorder = new WatchRecorder();
    try (var watch = process.watch("", recorder)) {
      await().atMost(LIMIT).until(() -> recorder.resets() == 1);
      Listing before = recorder.lastReset();

      etcd.restartEmpty();

      await().atMost(LIMIT).until(() -> recorder.resets() > 1);
      assertThat(recorder.lastReset().storeId()).isEqualTo(before.storeId());
      assertThat(recorder.lastReset().revision()).isLessThan(before.revision());
      assertThat(recorder.view()).isEmpty();
    }
  }

  @Test
  void a_watch_where_nothing_happens_isnt_taken_for_one_that_hangs() throws Exception {
    MetadataStore store = connect();
    WatchRecorder recorder = new WatchRecorder();
    try (var watch = store.watch("w/", recorder)) {
      await().atMost(LIMIT).until(() -> recorder.resets() == 1);
      Thread.sleep(10_000);
      assertThat(recorder.resets()).isEqualTo(1);
    }
  }

  @Test
  void with_one_of_three_members_hung_calls_go_on_and_no_registration_is_lost() throws Exception {
    List<EtcdProcess> members = EtcdProcess.cluster(directory.resolve("three"), 3);
    MetadataStore store = EtcdMetadataStore.connect(config(members, Duration.ofSeconds(1)));
    try (Registration registration = store.register("nodes/a", bytes("here"))) {
      WatchRecorder recorder = new WatchRecorder();
      try (var watch = store.watch("", recorder)) {
        await().atMost(LIMIT).until(() -> registration.isHeld() && recorder.resets() > 0);
        Entry first = join(store.get("nodes/a")).orElseThrow();
        members.getFirst().pause();

        await().atMost(LIMIT).until(() -> tryPut(store, "a/1"));
        await().atMost(LIMIT).until(() -> recorder.view().containsKey("a/1"));
        // Twice as long as the lease.
        long end = System.nanoTime() + Duration.ofSeconds(8).toNanos();
        await().atMost(LIMIT).until(() -> tryPut(store, "a/2") && System.nanoTime() - end > 0);
        assertThat(join(store.get("nodes/a"))).isEqualTo(Optional.of(first));
        assertThat(registration.isHeld()).isTrue();
      }
    } finally {
      store.close();
      members.forEach(EtcdProcess::close);
    }
  }

  @Test
  void a_swap_may_be_as_large_as_it_says() {
    MetadataStore store = connect();
    List<Change> changes = new ArrayList<>();
    List<MetadataStore.Guard> guards = new ArrayList<>();
    for (int i = 0; i < MetadataStore.MAXIMUM_OPERATIONS; i++) {
      changes.add(
          new Change.Put("big/" + i, com.google.protobuf.ByteString.copyFrom(new byte[8_000])));
      guards.add(new MetadataStore.Guard("big/" + i, 0));
    }
    swapped(join(store.swap(new Swap(guards, changes))));
    assertThat(join(store.list("big/")).entries()).hasSize(MetadataStore.MAXIMUM_OPERATIONS);
  }
}
