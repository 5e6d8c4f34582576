package dev.keelson.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class BulkLoadTest {
  private final FakeRouter router = FakeRouter.start();
  private final KeelsonClient client = KeelsonClient.connect(router.address());
  private final Table numbers = client.table("numbers");

  @BeforeEach
  void table() {
    client.schema().createTable(TableDefinition.parse("numbers (n INT64 PRIMARY KEY, s STRING)"));
  }

  @AfterEach
  void close() {
    client.close();
    router.close();
  }

  @Test
  void allRowsArriveOverBrokenStreams() {
    try (BulkLoad load = numbers.load("n", "s")) {
      for (int i = 0; i < 20_000; i++) {
        if (i % 6_000 == 0) {
          router.breakLoadAfter(3);
        }
        load.add(i, "row " + i);
      }
      assertThat(load.finish()).isEqualTo(20_000);
      assertThat(load.rowsDurable()).isEqualTo(20_000);
    }
    assertThat(numbers.scanAll().count()).isEqualTo(20_000);
  }

  @Test
  void badRowsAreNamedByTheirNumberAndTheOthersArrive() {
    List<Long> bad = new ArrayList<>();
    List<Long> progress = new ArrayList<>();
    try (BulkLoad load = numbers.load("n", "s")) {
      load.onProgress(progress::add);
      load.onError(error -> bad.add(error.row()));
      for (int i = 0; i < 2_500; i++) {
        load.add(i % 1_000 == 7 ? null : i, "x");
      }
      assertThat(load.finish()).isEqualTo(2_497);
      assertThat(load.rowsFailed()).isEqualTo(3);
    }
    assertThat(bad).containsExactly(7L, 1_007L, 2_007L);
    assertThat(progress).isSorted().endsWith(2_500L);
  }

  @Test
  void withoutAHandlerABadRowEndsTheLoad() {
    try (BulkLoad load = numbers.load("n", "s")) {
      load.add(null, "x");
      assertThatThrownBy(load::finish).hasMessageContaining("key needs n");
    }
  }

  @Test
  void aLoadOfNothingIsDoneAtOnce() {
    try (BulkLoad load = numbers.load("n")) {
      assertThat(load.finish()).isZero();
    }
  }

  @Test
  void mistakesOfTheCallerAreRefused() {
    assertThatThrownBy(numbers::load).hasMessageContaining("names of the columns");
    try (BulkLoad load = numbers.load("n", "s")) {
      assertThatThrownBy(() -> load.add(1)).hasMessageContaining("1 values for 2 columns");
    }
    try (BulkLoad load = client.table("nowhere").load("n")) {
      load.add(1);
      assertThatThrownBy(load::finish).hasMessageContaining("no table nowhere");
    }
  }

  @Test
  void aLoadWithoutProgressEndsAtTheTimeout() {
    Table impatient = numbers.withTimeout(Duration.ofMillis(400));
    try (BulkLoad load = impatient.load("n")) {
      load.add(1);
      router.close();
      assertThatThrownBy(load::finish)
          .isInstanceOfSatisfying(
              KeelsonException.class,
              failure ->
                  assertThat(failure.category()).isEqualTo(KeelsonException.Category.UNAVAILABLE));
    }
  }
}
