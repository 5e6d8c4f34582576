package dev.keelson.core.replication;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class FreshnessTest {
  private final Freshness freshness = new Freshness(ReplicationSettings.DEFAULTS);

  @Test
  void withoutACertificateNothingIsKnown() {
    assertThat(freshness.ageNanos(1_000)).isEmpty();
  }

  @Test
  void theAgeCountsFromTheQuestionAndByTheSlowestClock() {
    freshness.certified(1_000, 5, 5);

    assertThat(freshness.ageNanos(2_000)).hasValue(1_051);
  }

  @Test
  void aCertificateSaysNothingUntilItsIndexIsApplied() {
    freshness.certified(1_000, 7, 5);
    assertThat(freshness.ageNanos(2_000)).isEmpty();
    assertThat(freshness.isAwaitingRows()).isTrue();

    freshness.applied(6);
    assertThat(freshness.ageNanos(2_000)).isEmpty();
    freshness.applied(7);
    assertThat(freshness.ageNanos(2_000)).isNotEmpty();
    assertThat(freshness.isAwaitingRows()).isFalse();
  }

  @Test
  void theLatestQuestionCountsWhoseIndexIsApplied() {
    freshness.certified(1_000, 5, 5);
    freshness.certified(2_000, 6, 5);
    freshness.certified(3_000, 9, 5);
    freshness.applied(6);

    assertThat(freshness.ageNanos(2_000)).hasValue(1);
  }

  @Test
  void anEarlierQuestionDoesNotMakeTheRowsOlder() {
    freshness.certified(2_000, 5, 5);
    freshness.certified(1_000, 5, 5);

    assertThat(freshness.ageNanos(2_000)).hasValue(1);
  }

  @Test
  void clocksMayShowAnything() {
    long begin = Long.MAX_VALUE - 10;
    freshness.certified(begin, 5, 5);

    assertThat(freshness.ageNanos(begin + 100)).hasValue(106);
  }
}
