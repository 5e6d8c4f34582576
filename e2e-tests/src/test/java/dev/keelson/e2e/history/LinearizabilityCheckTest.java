package dev.keelson.e2e.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class LinearizabilityCheckTest {
  private final Told told = new Told();

  @Test
  void what_happens_one_after_the_other_is_linearizable() {
    told.read(1, 0, 0, 1).wrote(1, 1, 2, 3).read(2, 1, 4, 5).wrote(2, 2, 6, 7).read(1, 2, 8, 9);
    assertHolds();
  }

  @Test
  void reads_beside_a_write_may_see_either_value() {
    told.wrote(1, 1, 0, 1).wrote(1, 2, 2, 9).read(2, 1, 3, 4).read(3, 2, 5, 6);
    assertHolds();
  }

  @Test
  void a_stale_read_is_found() {
    told.wrote(1, 1, 0, 1).wrote(1, 2, 2, 3).read(2, 1, 4, 5);
    assertBroken();
  }

  @Test
  void a_lost_write_is_found() {
    told.wrote(1, 1, 0, 1).read(2, 0, 2, 3);
    assertBroken();
  }

  @Test
  void a_value_that_comes_back_is_found() {
    told.wrote(1, 1, 0, 20).wrote(2, 2, 0, 20).read(3, 1, 1, 2).read(3, 2, 3, 4).read(3, 1, 5, 6);
    assertBroken();
  }

  @Test
  void readers_that_disagree_about_the_order_are_found() {
    told.wrote(1, 1, 0, 20).wrote(2, 2, 0, 20);
    told.read(3, 1, 1, 2).read(3, 2, 3, 4);
    told.read(4, 2, 1, 2).read(4, 1, 3, 4);
    assertBroken();
  }

  @Test
  void a_read_from_the_future_is_found() {
    told.read(2, 1, 0, 1).wrote(1, 1, 2, 3);
    assertBroken();
  }

  @Test
  void a_value_from_nowhere_is_found() {
    told.wrote(1, 1, 0, 1).read(2, 7, 2, 3);
    assertBroken();
  }

  @Test
  void an_unknown_write_may_take_effect_late_or_never() {
    told.mayHaveWritten(1, 1, 0, 1).read(2, 0, 2, 3).read(2, 1, 8, 9);
    assertHolds();
    told.mayHaveWritten(1, 2, 10, 11).read(2, 1, 20, 21);
    assertHolds();
  }

  @Test
  void an_unknown_write_takes_effect_only_once() {
    told.mayHaveWritten(1, 1, 0, 1).wrote(2, 2, 2, 3).read(3, 1, 4, 5).read(3, 2, 6, 7);
    assertBroken();
  }

  @Test
  void a_refused_write_that_shows_is_found() {
    told.wasRefused(1, 1, 0, 1).read(2, 1, 2, 3);
    assertBroken();
  }

  @Test
  void a_moment_inside_a_time_that_another_value_filled_is_found() {
    told.wrote(1, 1, 0, 1).read(2, 1, 10, 11).wrote(3, 2, 4, 5);
    assertBroken();
  }

  @Test
  void values_must_be_unique() {
    told.wrote(1, 1, 0, 1).wrote(2, 1, 2, 3);
    assertThatThrownBy(() -> LinearizabilityCheck.check(told.history()))
        .hasMessageContaining("written twice");
  }

  private void assertHolds() {
    assertThat(LinearizabilityCheck.check(told.history())).isEmpty();
  }

  private void assertBroken() {
    assertThat(LinearizabilityCheck.check(told.history())).isNotEmpty();
  }
}
