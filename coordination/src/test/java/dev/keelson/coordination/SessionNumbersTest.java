package dev.keelson.coordination;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keelson.coordination.InMemoryMetadataStore.Fault;
import dev.keelson.core.error.DatabaseException;
import dev.keelson.core.error.ErrorCode;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class SessionNumbersTest {
  private final InMemoryMetadataStore store = new InMemoryMetadataStore();

  private static long join(SessionNumbers numbers) {
    return numbers.next().toCompletableFuture().join();
  }

  private static ErrorCode failure(CompletableFuture<Long> answer) {
    try {
      long number = answer.join();
      throw new AssertionError("expected a failure, got " + number);
    } catch (CompletionException e) {
      return e.getCause() instanceof DatabaseException error ? error.code() : ErrorCode.INTERNAL;
    }
  }

  @Test
  void numbers_of_several_routers_are_all_different_and_each_routers_grow() {
    SessionNumbers one = new SessionNumbers(store);
    SessionNumbers two = new SessionNumbers(store.connect());
    List<Long> ofOne = new ArrayList<>();
    List<Long> ofTwo = new ArrayList<>();
    for (int i = 0; i < 3 * SessionNumbers.BLOCK; i++) {
      ofOne.add(join(one));
      ofTwo.add(join(two));
    }
    assertThat(ofOne).isSorted().first().isEqualTo(1L);
    assertThat(ofTwo).isSorted();
    assertThat(Stream.concat(ofOne.stream(), ofTwo.stream())).doesNotHaveDuplicates();
  }

  @Test
  void the_rest_of_an_old_block_is_not_given_out() {
    AtomicLong clock = new AtomicLong();
    SessionNumbers idle = new SessionNumbers(store, clock::get);
    SessionNumbers busy = new SessionNumbers(store);
    long first = join(idle);
    long newest = 0;
    for (int i = 0; i < 3 * SessionNumbers.BLOCK; i++) {
      newest = join(busy);
    }
    clock.addAndGet(Duration.ofMinutes(5).toNanos());

    assertThat(first).isLessThan(newest);
    assertThat(join(idle)).isGreaterThan(newest);
  }

  @Test
  void a_lost_answer_costs_a_block_and_nothing_else() {
    LossyStore lossy = new LossyStore(store);
    SessionNumbers numbers = new SessionNumbers(lossy);
    lossy.loseNextAnswer();

    assertThat(join(numbers)).isEqualTo(1 + SessionNumbers.BLOCK);
  }

  @Test
  void without_the_store_the_error_says_so_and_it_works_again_afterwards() {
    SessionNumbers numbers = new SessionNumbers(store);
    store.fail(Fault.AWAY);
    assertThat(failure(numbers.next().toCompletableFuture()))
        .isEqualTo(ErrorCode.METADATA_UNAVAILABLE);
    store.fail(Fault.NONE);
    assertThat(join(numbers)).isPositive();
  }

  @Test
  void while_the_store_is_away_an_old_block_is_used_up() {
    AtomicLong clock = new AtomicLong();
    SessionNumbers numbers = new SessionNumbers(store, clock::get);
    long first = join(numbers);
    store.fail(Fault.AWAY);
    clock.addAndGet(Duration.ofMinutes(5).toNanos());

    for (int i = 1; i < SessionNumbers.BLOCK; i++) {
      assertThat(join(numbers)).isEqualTo(first + i);
    }
    assertThat(failure(numbers.next().toCompletableFuture()))
        .isEqualTo(ErrorCode.METADATA_UNAVAILABLE);
  }

  @Test
  void who_waits_is_bounded_and_served_block_by_block() {
    Deque<Runnable> tasks = new ArrayDeque<>();
    SessionNumbers numbers = new SessionNumbers(new InMemoryMetadataStore(tasks::add, 1));
    List<CompletableFuture<Long>> answers = new ArrayList<>();
    for (int i = 0; i < SessionNumbers.MOST_WAITING; i++) {
      answers.add(numbers.next().toCompletableFuture());
    }
    assertThat(failure(numbers.next().toCompletableFuture())).isEqualTo(ErrorCode.OVERLOADED);
    while (!tasks.isEmpty()) {
      tasks.poll().run();
    }

    assertThat(answers.stream().map(CompletableFuture::join)).doesNotHaveDuplicates().isSorted();
  }
}
