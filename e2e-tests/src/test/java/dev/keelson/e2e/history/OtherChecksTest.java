package dev.keelson.e2e.history;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keelson.e2e.history.Operation.Kind;
import dev.keelson.e2e.history.Operation.Level;
import dev.keelson.e2e.history.Operation.Outcome;
import java.util.Set;
import org.junit.jupiter.api.Test;

class OtherChecksTest {
  private final History history = new History();

  @Test
  void a_client_that_does_not_see_its_own_write_is_found() {
    add(1, Kind.WRITE, Level.LINEARIZABLE, 5, 50, 0);
    add(1, Kind.READ, Level.LINEARIZABLE, 4, 40, 2);
    assertThat(SessionCheck.check(history)).hasSize(1);
    assertThat(SessionCheck.check(history).getFirst().sentence()).contains("its own write");
  }

  @Test
  void a_client_that_reads_backwards_is_found_if_its_level_promises_that() {
    add(1, Kind.READ, Level.STALE, 5, 50, 0);
    add(1, Kind.READ, Level.STALE, 4, 40, 2);
    assertThat(SessionCheck.check(history)).isEmpty();
    assertThat(SessionCheck.check(history, Set.of(Level.STALE))).hasSize(1);
  }

  @Test
  void clients_may_differ_in_what_they_have_seen() {
    add(1, Kind.READ, Level.STALE, 5, 50, 0);
    add(2, Kind.READ, Level.STALE, 4, 40, 2);
    assertThat(SessionCheck.check(history, Set.of(Level.STALE))).isEmpty();
  }

  @Test
  void versions_name_one_value_each() {
    add(1, Kind.READ, Level.LINEARIZABLE, 5, 50, 0);
    add(2, Kind.READ, Level.LINEARIZABLE, 4, 50, 2);
    assertThat(VersionCheck.check(history)).isNotEmpty();
  }

  @Test
  void a_read_reports_the_version_of_the_write() {
    add(1, Kind.WRITE, Level.LINEARIZABLE, 5, 50, 0);
    add(2, Kind.READ, Level.LINEARIZABLE, 5, 51, 2);
    assertThat(VersionCheck.check(history)).isNotEmpty();
  }

  @Test
  void a_later_write_has_a_greater_version() {
    add(1, Kind.WRITE, Level.LINEARIZABLE, 5, 50, 0);
    add(2, Kind.WRITE, Level.LINEARIZABLE, 6, 49, 2);
    assertThat(VersionCheck.check(history)).isNotEmpty();
  }

  @Test
  void writes_beside_each_other_may_have_any_order() {
    history.add(operation(1, Kind.WRITE, Level.LINEARIZABLE, 5, 50, 0, 10));
    history.add(operation(2, Kind.WRITE, Level.LINEARIZABLE, 6, 49, 2, 3));
    assertThat(history.violations()).isEmpty();
  }

  private void add(int client, Kind kind, Level level, long value, long version, long from) {
    history.add(operation(client, kind, level, value, version, from, from + 1));
  }

  private static Operation operation(
      int client, Kind kind, Level level, long value, long version, long from, long to) {
    return new Operation(client, kind, level, "x", value, version, Outcome.DONE, from, to);
  }
}
