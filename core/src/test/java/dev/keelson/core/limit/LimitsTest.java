package dev.keelson.core.limit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class LimitsTest {
  @Test
  void defaults() {
    assertThat(Limits.DEFAULTS)
        .isEqualTo(
            new Limits(
                4_096,
                1_048_576,
                1_000,
                4_194_304,
                512,
                32,
                1_000,
                100,
                1_024,
                16_777_216,
                8_388_608,
                1_000,
                1_048_576,
                4_096,
                33_554_432,
                65_536,
                268_435_456,
                Duration.ofSeconds(10),
                Duration.ofHours(1)));
  }

  @Test
  void all_broken_relations_are_reported_together() {
    assertThatThrownBy(
            () ->
                new Limits(
                    8_192,
                    2_000_000,
                    0,
                    1_000,
                    512,
                    32,
                    1_000,
                    100,
                    1_024,
                    16_777_216,
                    8_388_608,
                    1_000,
                    1_048_576,
                    4_096,
                    33_554_432,
                    65_536,
                    268_435_456,
                    Duration.ofSeconds(10),
                    Duration.ofSeconds(1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("keyBytes (8192) must not exceed the format's 4096")
        .hasMessageContaining("rowBytes (2000000) must not exceed the format's 1048576")
        .hasMessageContaining("batchRows must be at least 1 but is 0")
        .hasMessageContaining("keyBytes + rowBytes (2008192) must not exceed batchBytes 1000")
        .hasMessageContaining("defaultDeadline (ms) (10000) must not exceed greatestDeadline");
  }

  @Test
  void one_session_alone_is_within_the_limits_of_all() {
    assertThat(ReplicatedLimits.UNANSWERED_PER_SESSION).isLessThan(ReplicatedLimits.UNANSWERED);
    assertThat(ReplicatedLimits.SESSIONS).isPositive();
  }
}
