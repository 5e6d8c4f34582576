package dev.keelson.datanode.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.keelson.datanode.disk.DiskHealth.Limits;
import dev.keelson.datanode.disk.DiskHealth.State;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class DiskHealthTest {
  private static final long QUICK = Duration.ofMillis(2).toNanos();
  private static final long SLOW = Duration.ofMillis(80).toNanos();

  private final DiskHealth health = new DiskHealth(new Limits(Duration.ofMillis(50), 3, 5));

  @Test
  void a_full_disk_is_told_at_once_and_forgotten_after_a_while_with_room() {
    assertThat(health.look(true, QUICK)).isEqualTo(State.FULL);
    assertThat(looks(4, QUICK)).isEqualTo(State.FULL);
    assertThat(health.look(true, QUICK)).isEqualTo(State.FULL);
    assertThat(looks(4, QUICK)).isEqualTo(State.FULL);
    assertThat(health.look(false, QUICK)).isEqualTo(State.WELL);
  }

  @Test
  void one_slow_force_is_no_slow_disk() {
    assertThat(looks(2, SLOW)).isEqualTo(State.WELL);
    assertThat(health.look(false, QUICK)).isEqualTo(State.WELL);
    assertThat(looks(2, SLOW)).isEqualTo(State.WELL);
    assertThat(health.look(false, SLOW)).isEqualTo(State.SLOW);
  }

  @Test
  void a_slow_disk_must_be_quick_or_idle_for_longer_to_be_trusted_again() {
    looks(3, SLOW);
    assertThat(looks(4, QUICK)).isEqualTo(State.SLOW);
    assertThat(health.look(false, SLOW)).isEqualTo(State.SLOW);
    assertThat(looks(4, 0)).isEqualTo(State.SLOW);
    assertThat(health.look(false, 0)).isEqualTo(State.WELL);
  }

  @Test
  void a_slow_disk_may_fill_up() {
    looks(3, SLOW);
    assertThat(health.look(true, SLOW)).isEqualTo(State.FULL);
    assertThat(State.FULL.ailment()).isEqualTo("the disk is full");
    assertThat(State.WELL.ailment()).isEmpty();
  }

  @Test
  void limits_are_positive() {
    assertThatThrownBy(() -> new Limits(Duration.ZERO, 1, 1))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private State looks(int count, long forceNanos) {
    for (int i = 0; i < count; i++) {
      health.look(false, forceNanos);
    }
    return health.state();
  }
}
