package dev.keelson.coordination;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.keelson.coordination.InMemoryMetadataStore.Fault;
import dev.keelson.coordination.MetadataStore.Listing;
import dev.keelson.coordination.MetadataStore.Registration;
import dev.keelson.coordination.MetadataStore.Swap;
import dev.keelson.coordination.MetadataStore.SwapResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InMemoryMetadataStoreTest extends MetadataStoreContract {
  private final InMemoryMetadataStore store = new InMemoryMetadataStore();

  @Override
  MetadataStore newConnection() {
    return store.connect();
  }

  @Override
  void goAway() {
    store.fail(Fault.AWAY);
  }

  @Override
  void comeBack() {
    store.fail(Fault.NONE);
  }

  @Override
  void expireLeaseOf(String key) {
    store.expireLeases();
  }

  @Test
  void a_swap_whose_answer_is_lost_is_carried_out_all_the_same() {
    store.fail(Fault.ANSWERS_LOST);
    assertThat(join(store.swap(Swap.put("a", 0, bytes("x")))))
        .isInstanceOf(SwapResult.Unknown.class);
    store.fail(Fault.NONE);

    assertThat(contents(store, "a")).isEqualTo(Map.of("a", "x"));
  }

  @Test
  void everything_runs_on_the_executor_and_in_the_order_of_the_calls() {
    Deque<Runnable> tasks = new ArrayDeque<>();
    InMemoryMetadataStore simulated = new InMemoryMetadataStore(tasks::add, 42);
    WatchRecorder recorder = new WatchRecorder();
    simulated.watch("a", recorder);
    var swap = simulated.swap(Swap.put("a", 0, bytes("x"))).toCompletableFuture();
    var list = simulated.list("a").toCompletableFuture();

    assertThat(swap).isNotDone();
    while (!tasks.isEmpty()) {
      tasks.poll().run();
    }

    assertThat(recorder.revisions()).containsExactly(1L, 2L);
    assertThat(swap.join()).isEqualTo(new SwapResult.Swapped(2, 42));
    assertThat(list.join().storeId()).isEqualTo(42);
  }

  @Test
  void contents_in_a_file_survive_a_restart_and_registrations_dont(@TempDir Path directory)
      throws IOException {
    Path file = directory.resolve("metadata");
    Listing before;
    try (InMemoryMetadataStore first = InMemoryMetadataStore.open(file)) {
      Registration registration = first.register("nodes/a", bytes("here"));
      await().atMost(LIMIT).until(registration::isHeld);
      put(first, "tables/main/t", "table");
      put(first, "gone", "x");
      swapped(
          join(
              first.swap(
                  Swap.delete("gone", join(first.get("gone")).orElseThrow().modRevision()))));
      before = join(first.list("tables/"));
      // Not closed first: the file must be right at each moment.
      try (InMemoryMetadataStore second = InMemoryMetadataStore.open(file)) {
        Listing after = join(second.list(""));
        assertThat(after.entries()).isEqualTo(before.entries());
        assertThat(after.storeId()).isEqualTo(before.storeId());
        assertThat(after.revision()).isEqualTo(before.revision());
        assertThat(put(second, "more", "x")).isGreaterThan(before.revision());
      }
    }
  }

  @Test
  void a_store_that_was_closed_says_so_and_writes_no_more(@TempDir Path directory)
      throws IOException {
    Path file = directory.resolve("metadata");
    InMemoryMetadataStore closed = InMemoryMetadataStore.open(file);
    put(closed, "a", "x");
    closed.close();
    byte[] bytes = Files.readAllBytes(file);

    assertThat(join(closed.swap(Swap.put("b", 0, bytes("x")))))
        .isEqualTo(new SwapResult.Unknown("the metadata store is closed"));
    assertThatThrownBy(() -> join(closed.get("a")))
        .hasCauseInstanceOf(MetadataUnavailableException.class);
    assertThat(Files.readAllBytes(file)).isEqualTo(bytes);
  }

  @Test
  void a_file_that_is_damaged_is_refused_and_left_as_it_is(@TempDir Path directory)
      throws IOException {
    Path file = directory.resolve("metadata");
    try (InMemoryMetadataStore first = InMemoryMetadataStore.open(file)) {
      put(first, "a", "value");
    }
    byte[] bytes = Files.readAllBytes(file);
    bytes[bytes.length - 12] ^= 1;
    Files.write(file, bytes);

    assertThatThrownBy(() -> InMemoryMetadataStore.open(file))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("checksum");
    assertThat(Files.readAllBytes(file)).isEqualTo(bytes);
    Files.writeString(file, "anything else");
    assertThatThrownBy(() -> InMemoryMetadataStore.open(file))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("not a file of cluster metadata");
  }
}
