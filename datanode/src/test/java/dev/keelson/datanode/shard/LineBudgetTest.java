package dev.keelson.datanode.shard;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class LineBudgetTest {
  private static final long SECOND = 1_000_000_000L;

  /** Monotonic clocks may begin anywhere. */
  private static final long BEGIN = Long.MAX_VALUE - Duration.ofSeconds(1).toNanos();

  private final LineBudget budget = new LineBudget(2, Duration.ofSeconds(10));

  @Test
  void a_period_has_so_many_lines_and_the_next_one_as_many_again() {
    assertThat(budget.take(BEGIN)).isTrue();
    assertThat(budget.take(BEGIN + SECOND)).isTrue();
    assertThat(budget.take(BEGIN + 9 * SECOND)).isFalse();

    assertThat(budget.take(BEGIN + 10 * SECOND)).isTrue();
    assertThat(budget.take(BEGIN + 10 * SECOND)).isTrue();
    assertThat(budget.take(BEGIN + 10 * SECOND)).isFalse();
  }

  @Test
  void what_was_left_out_is_told_once_when_the_period_is_over() {
    for (int i = 0; i < 2_000; i++) {
      budget.take(BEGIN);
    }

    assertThat(budget.leftOut(BEGIN + SECOND)).isZero();
    assertThat(budget.leftOut(BEGIN + 10 * SECOND)).isEqualTo(1_998);
    assertThat(budget.leftOut(BEGIN + 11 * SECOND)).isZero();
  }
}
