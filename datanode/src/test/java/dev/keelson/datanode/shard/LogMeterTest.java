package dev.keelson.datanode.shard;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LogMeterTest {
  @Test
  void what_was_applied_since_the_base_is_counted() {
    LogMeter meter = new LogMeter(100);
    meter.applied(1, 10);
    long then = meter.total();
    meter.applied(2, 5);

    meter.based(then);

    assertThat(meter.sinceBase()).isEqualTo(5);
  }

  @Test
  void at_least_what_is_to_be_retained_lies_behind_the_mark() {
    LogMeter meter = new LogMeter(160);
    for (int index = 1; index <= 1_000; index++) {
      meter.applied(index, 10);
    }

    assertThat(1_000 - meter.retainedFrom()).isBetween(16L, 20L);
  }

  @Test
  void nothing_needs_to_be_retained() {
    LogMeter meter = new LogMeter(0);
    meter.applied(1, 10);
    meter.applied(2, 10);

    assertThat(meter.retainedFrom()).isEqualTo(2);
  }
}
