package dev.keelson.coordination;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import com.google.protobuf.ByteString;
import dev.keelson.coordination.MetadataStore.Change;
import dev.keelson.coordination.MetadataStore.Entry;
import dev.keelson.coordination.MetadataStore.Guard;
import dev.keelson.coordination.MetadataStore.Listing;
import dev.keelson.coordination.MetadataStore.Registration;
import dev.keelson.coordination.MetadataStore.Swap;
import dev.keelson.coordination.MetadataStore.SwapResult;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** What every metadata store keeps; run against each of them. */
abstract class MetadataStoreContract {
  static final Duration LIMIT = Duration.ofSeconds(30);

  private final List<MetadataStore> stores = new ArrayList<>();

  /** The connection of another process. */
  abstract MetadataStore newConnection();

  /** Nobody gets an answer until {@link #comeBack}. */
  abstract void goAway() throws Exception;

  abstract void comeBack() throws Exception;

  /** Ends the lease that a key lies under, whoever lives. */
  abstract void expireLeaseOf(String key) throws Exception;

  final MetadataStore connect() {
    MetadataStore store = newConnection();
    stores.add(store);
    return store;
  }

  @AfterEach
  void closeConnections() {
    stores.forEach(MetadataStore::close);
  }

  static <T> T join(CompletionStage<T> stage) {
    return stage.toCompletableFuture().orTimeout(30, TimeUnit.SECONDS).join();
  }

  static ByteString bytes(String text) {
    return ByteString.copyFromUtf8(text);
  }

  static long swapped(SwapResult result) {
    assertThat(result).isInstanceOf(SwapResult.Swapped.class);
    return ((SwapResult.Swapped) result).revision();
  }

  static long put(MetadataStore store, String key, String value) {
    long guard = join(store.get(key)).map(Entry::modRevision).orElse(0L);
    return swapped(join(store.swap(Swap.put(key, guard, bytes(value)))));
  }

  static Map<String, String> contents(MetadataStore store, String prefix) {
    return join(store.list(prefix)).entries().stream()
        .collect(
            java.util.stream.Collectors.toMap(Entry::key, entry -> entry.value().toStringUtf8()));
  }

  @Test
  void a_swap_whose_guards_hold_makes_all_of_its_changes_at_one_revision() {
    MetadataStore store = connect();
    long first = put(store, "a/1", "old");

    SwapResult result =
        join(
            store.swap(
                new Swap(
                    List.of(new Guard("a/1", first), new Guard("a/2", 0)),
                    List.of(
                        new Change.Put("a/2", bytes("new")),
                        new Change.Put("a/3", bytes("new")),
                        new Change.Delete("a/1")))));

    long revision = swapped(result);
    assertThat(revision).isGreaterThan(first);
    Listing listing = join(store.list("a/"));
    assertThat(listing.entries())
        .containsExactly(
            new Entry("a/2", bytes("new"), revision), new Entry("a/3", bytes("new"), revision));
    assertThat(listing.revision()).isGreaterThanOrEqualTo(revision);
    assertThat(listing.storeId()).isNotZero();
  }

  @Test
  void every_answer_says_which_store_gave_it_at_which_revision() {
    MetadataStore store = connect();
    long first = put(store, "a/1", "one");
    long storeId = join(store.list("a/")).storeId();

    SwapResult done = join(store.swap(Swap.put("a/1", first, bytes("two"))));
    SwapResult refused = join(store.swap(Swap.put("a/1", first, bytes("three"))));

    assertThat(done).isEqualTo(new SwapResult.Swapped(swapped(done), storeId));
    assertThat(refused)
        .isInstanceOfSatisfying(
            SwapResult.Refused.class,
            it -> {
              assertThat(it.storeId()).isEqualTo(storeId);
              assertThat(it.revision()).isGreaterThanOrEqualTo(swapped(done));
            });
    assertThat(List.of(join(store.read("a/1")), join(store.read("a/none"))))
        .allSatisfy(it -> assertThat(it.storeId()).isEqualTo(storeId))
        .allSatisfy(it -> assertThat(it.revision()).isGreaterThanOrEqualTo(swapped(done)));
    assertThat(join(store.read("a/1")).entries())
        .containsExactly(new Entry("a/1", bytes("two"), swapped(done)));
    assertThat(join(store.read("a/none")).entries()).isEmpty();
  }

  @Test
  void a_swap_with_a_guard_that_fails_changes_nothing_and_tells_what_is_there() {
    MetadataStore store = connect();
    long there = put(store, "a/1", "one");

    SwapResult result =
        join(
            store.swap(
                new Swap(
                    List.of(new Guard("a/1", there), new Guard("a/2", 77), new Guard("a/3", 0)),
                    List.of(
                        new Change.Put("a/1", bytes("two")), new Change.Put("a/4", bytes("x"))))));

    assertThat(result).isInstanceOf(SwapResult.Refused.class);
    SwapResult.Refused refused = (SwapResult.Refused) result;
    assertThat(refused.current()).containsExactly(new Entry("a/1", bytes("one"), there));
    assertThat(contents(store, "a/")).isEqualTo(Map.of("a/1", "one"));
  }

  @Test
  void an_old_revision_never_guards_a_newer_entry() {
    MetadataStore store = connect();
    long first = put(store, "a/1", "one");
    put(store, "a/1", "two");
    swapped(
        join(store.swap(Swap.delete("a/1", join(store.get("a/1")).orElseThrow().modRevision()))));
    put(store, "a/1", "one");

    SwapResult result = join(store.swap(Swap.put("a/1", first, bytes("three"))));

    assertThat(result).isInstanceOf(SwapResult.Refused.class);
    assertThat(contents(store, "a/")).isEqualTo(Map.of("a/1", "one"));
  }

  @Test
  void a_list_has_every_key_of_its_prefix_and_no_other_however_many_there_are() {
    MetadataStore store = connect();
    List<Integer> numbers = IntStream.range(0, 600).boxed().toList();
    for (int start = 0; start < 600; start += 100) {
      List<Change> changes =
          numbers.subList(start, start + 100).stream()
              .<Change>map(i -> new Change.Put("many/" + i, bytes("v" + i)))
              .toList();
      swapped(join(store.swap(new Swap(List.of(), changes))));
    }
    put(store, "many", "not below");
    put(store, "manyfold/1", "not below");

    assertThat(join(store.list("many/")).entries())
        .extracting(Entry::key)
        .containsExactlyElementsOf(numbers.stream().map(i -> "many/" + i).sorted().toList());
  }

  @Test
  void keys_that_no_store_takes_are_refused_with_the_key_in_the_message() {
    MetadataStore store = connect();

    assertThatThrownBy(() -> store.get("with space"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("with space");
    assertThatThrownBy(() -> Swap.put("/slash", 0, bytes("x")))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Swap.put("big", 0, ByteString.copyFrom(new byte[1 << 20])))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("bytes");
  }

  @Test
  void a_watcher_gets_all_there_is_and_then_each_change_once_and_in_order() {
    MetadataStore store = connect();
    long before = put(store, "w/old", "0");
    WatchRecorder recorder = new WatchRecorder();
    try (var watch = store.watch("w/", recorder)) {
      await().atMost(LIMIT).until(() -> recorder.resets() == 1);
      List<Long> written = new ArrayList<>();
      for (int i = 0; i < 100; i++) {
        written.add(put(store, "w/" + i % 7, String.valueOf(i)));
        put(store, "elsewhere", String.valueOf(i));
      }
      long last =
          swapped(
              join(
                  store.swap(
                      new Swap(
                          List.of(),
                          List.of(
                              new Change.Delete("w/0"), new Change.Put("w/end", bytes("e")))))));
      written.add(last);

      await().atMost(LIMIT).until(() -> recorder.revisions().getLast() == last);
      assertThat(recorder.resets()).isEqualTo(1);
      assertThat(recorder.revisions().getFirst()).isGreaterThanOrEqualTo(before);
      assertThat(recorder.revisions().subList(1, recorder.revisions().size()))
          .containsExactlyElementsOf(written);
      assertThat(recorder.view()).isEqualTo(contents(store, "w/")).containsEntry("w/old", "0");
    }
  }

  @Test
  void a_watcher_that_was_closed_hears_no_more() {
    MetadataStore store = connect();
    WatchRecorder closed = new WatchRecorder();
    WatchRecorder open = new WatchRecorder();
    var watch = store.watch("w/", closed);
    try (var other = store.watch("w/", open)) {
      await().atMost(LIMIT).until(() -> closed.resets() == 1 && open.resets() == 1);
      watch.close();
      long last = put(store, "w/1", "x");
      await().atMost(LIMIT).until(() -> open.revisions().getLast() == last);
      assertThat(closed.view()).isEmpty();
    }
  }

  @Test
  void a_watcher_that_fails_doesnt_keep_others_from_hearing() {
    MetadataStore store = connect();
    WatchRecorder recorder = new WatchRecorder();
    // What is reported here is what the test does.
    List<Logger> loggers = List.of(logger(EtcdWatch.class), logger(InMemoryWatch.class));
    loggers.forEach(it -> it.setLevel(Level.OFF));
    try (var bad = store.watch("w/", new FailingWatcher());
        var good = store.watch("w/", recorder)) {
      await().atMost(LIMIT).until(() -> recorder.resets() == 1);
      put(store, "w/1", "x");
      await().atMost(LIMIT).until(() -> recorder.view().containsKey("w/1"));
    } finally {
      loggers.forEach(it -> it.setLevel(null));
    }
  }

  private static Logger logger(Class<?> of) {
    return (Logger) LoggerFactory.getLogger(of);
  }

  @Test
  void after_the_store_was_away_a_watcher_is_reset_to_all_there_is() throws Exception {
    MetadataStore store = connect();
    put(store, "w/1", "before");
    WatchRecorder recorder = new WatchRecorder();
    try (var watch = store.watch("w/", recorder)) {
      await().atMost(LIMIT).until(() -> recorder.resets() == 1);

      goAway();
      // Lets the loss of the stream be noticed where there is one; a call that fails shows it.
      assertThatThrownBy(() -> join(store.get("w/1")))
          .isInstanceOf(CompletionException.class)
          .hasCauseInstanceOf(MetadataUnavailableException.class);
      comeBack();

      await().atMost(LIMIT).until(() -> recorder.resets() >= 2);
      MetadataStore other = connect();
      put(other, "w/2", "after");
      await().atMost(LIMIT).until(() -> recorder.view().equals(contents(other, "w/")));
      assertThat(recorder.view()).isEqualTo(Map.of("w/1", "before", "w/2", "after"));
    }
  }

  @Test
  void a_swap_without_an_answer_is_unknown_and_settled_by_reading_again() throws Exception {
    MetadataStore store = connect();
    long first = put(store, "u/1", "before");

    goAway();
    SwapResult lost = join(store.swap(Swap.put("u/1", first, bytes("mine, nonce 4711"))));
    assertThat(lost).isInstanceOf(SwapResult.Unknown.class);
    comeBack();

    // Once more with the same guard: it goes through, or finds that the first attempt did.
    await()
        .atMost(LIMIT)
        .until(
            () -> {
              SwapResult again =
                  join(store.swap(Swap.put("u/1", first, bytes("mine, nonce 4711"))));
              return again instanceof SwapResult.Swapped
                  || again instanceof SwapResult.Refused refused
                      && refused.current().getFirst().value().equals(bytes("mine, nonce 4711"));
            });
    assertThat(contents(store, "u/")).isEqualTo(Map.of("u/1", "mine, nonce 4711"));
  }

  @Test
  void a_registration_lies_there_while_its_process_lives_and_goes_with_it() {
    MetadataStore process = connect();
    MetadataStore observer = connect();
    Registration registration = process.register("nodes/a", bytes("here"));
    await().atMost(LIMIT).until(registration::isHeld);
    assertThat(contents(observer, "nodes/")).isEqualTo(Map.of("nodes/a", "here"));

    process.close();

    await().atMost(LIMIT).until(() -> contents(observer, "nodes/").isEmpty());
    assertThat(registration.isHeld()).isFalse();
  }

  @Test
  void a_registration_comes_back_after_its_lease_was_lost() throws Exception {
    MetadataStore process = connect();
    MetadataStore observer = connect();
    try (Registration registration = process.register("nodes/a", bytes("here"))) {
      await().atMost(LIMIT).until(registration::isHeld);
      Entry first = join(observer.get("nodes/a")).orElseThrow();

      expireLeaseOf("nodes/a");

      await()
          .atMost(LIMIT)
          .until(
              () ->
                  join(observer.get("nodes/a"))
                      .filter(entry -> entry.modRevision() > first.modRevision())
                      .isPresent());
      await().atMost(LIMIT).until(registration::isHeld);
      assertThat(contents(observer, "nodes/")).isEqualTo(Map.of("nodes/a", "here"));
    }
  }

  @Test
  void a_registration_comes_back_after_somebody_removed_it() {
    MetadataStore process = connect();
    MetadataStore observer = connect();
    try (Registration registration = process.register("nodes/a", bytes("here"))) {
      await().atMost(LIMIT).until(registration::isHeld);
      Entry first = join(observer.get("nodes/a")).orElseThrow();

      swapped(join(observer.swap(Swap.delete("nodes/a", first.modRevision()))));

      await().atMost(LIMIT).until(() -> join(observer.get("nodes/a")).isPresent());
      await().atMost(LIMIT).until(registration::isHeld);
    }
  }

  @Test
  void a_process_that_starts_again_takes_the_registration_of_its_former_self() {
    MetadataStore former = connect();
    MetadataStore process = connect();
    MetadataStore observer = connect();
    Registration old = former.register("nodes/a", bytes("boot 1"));
    await().atMost(LIMIT).until(old::isHeld);

    Registration registration = process.register("nodes/a", bytes("boot 2"));

    await().atMost(LIMIT).until(registration::isHeld);
    await().atMost(LIMIT).until(() -> !old.isHeld());
    old.close();
    assertThat(contents(observer, "nodes/")).isEqualTo(Map.of("nodes/a", "boot 2"));
    registration.close();
    await().atMost(LIMIT).until(() -> contents(observer, "nodes/").isEmpty());
  }

  @Test
  void a_claim_is_held_by_one_at_a_time_and_passes_on() {
    MetadataStore first = connect();
    MetadataStore second = connect();
    ClaimRecorder one = new ClaimRecorder();
    ClaimRecorder two = new ClaimRecorder();
    Registration claim = first.claim("controller", bytes("one"), one);
    await().atMost(LIMIT).until(one::isHeld);
    try (Registration waiting = second.claim("controller", bytes("two"), two)) {
      Entry held = join(second.get("controller")).orElseThrow();
      assertThat(held.value()).isEqualTo(bytes("one"));
      assertThat(held.modRevision()).isEqualTo(one.modRevision());

      claim.close();

      await().atMost(LIMIT).until(two::isHeld);
      assertThat(two.modRevision()).isGreaterThan(one.events().getFirst());
      assertThat(waiting.isHeld()).isTrue();
      assertThat(join(first.get("controller")).map(Entry::value))
          .isEqualTo(Optional.of(bytes("two")));
    }
  }

  @Test
  void who_lost_a_claim_hears_of_it_and_can_no_longer_swap_by_it() throws Exception {
    MetadataStore store = connect();
    ClaimRecorder recorder = new ClaimRecorder();
    try (Registration claim = store.claim("controller", bytes("one"), recorder)) {
      await().atMost(LIMIT).until(recorder::isHeld);
      long former = recorder.modRevision();

      expireLeaseOf("controller");

      await().atMost(LIMIT).until(() -> recorder.events().size() >= 3);
      assertThat(recorder.events().subList(0, 2)).containsExactly(former, 0L);
      assertThat(recorder.events().get(2)).isGreaterThan(former);
      SwapResult stale =
          join(
              store.swap(
                  new Swap(
                      List.of(new Guard("controller", former)),
                      List.of(new Change.Put("shards/1", bytes("by a former controller"))))));
      assertThat(stale).isInstanceOf(SwapResult.Refused.class);
    }
  }

  private static final class FailingWatcher implements MetadataStore.Watcher {
    @Override
    public void reset(Listing all) {
      throw new IllegalStateException("this watcher always fails, as the test wants it");
    }

    @Override
    public void changed(List<Entry> puts, List<String> deletes, long revision) {
      throw new IllegalStateException("this watcher always fails, as the test wants it");
    }
  }
}
