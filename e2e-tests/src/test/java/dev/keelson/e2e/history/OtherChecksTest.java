package dev.keelson.e2e.history;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keelson.e2e.history.Operation.Kind;
import dev.keelson.e2e.history.Operation.Level;
import dev.keelson.e2e.history.Operation.Outcome;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class OtherChecksTest {
  private final History history = new History();

  @Test
  void a_client_that_does_not_see_its_own_write_is_found() {
    add(1, Kind.WRITE, Level.LINEARIZABLE, 5, 50, 0);
    add(1, Kind.READ, Level.LINEARIZABLE, 4, 40, 2);
    assertThat(linearizable()).hasSize(1);
    assertThat(linearizable().getFirst().sentence()).contains("its own write");
  }

  @Test
  void a_client_that_reads_backwards_is_found_if_its_level_promises_that() {
    add(1, Kind.READ, Level.STALE, 5, 50, 0);
    add(1, Kind.READ, Level.STALE, 4, 40, 2);
    assertThat(linearizable()).isEmpty();
    assertThat(SessionCheck.check(history, Set.of(Level.STALE))).hasSize(1);
  }

  @Test
  void clients_may_differ_in_what_they_have_seen() {
    add(1, Kind.READ, Level.STALE, 5, 50, 0);
    add(2, Kind.READ, Level.STALE, 4, 40, 2);
    assertThat(SessionCheck.check(history, Set.of(Level.STALE))).isEmpty();
  }

  @Test
  void a_client_that_does_not_see_its_own_write_at_a_replica_is_found() {
    add(1, Kind.WRITE, Level.LINEARIZABLE, 5, 50, 0);
    bounded(1, 40, 2, 100);
    assertThat(history.violations()).hasSize(1);
  }

  @Test
  void a_bounded_read_may_be_as_old_as_it_says() {
    add(1, Kind.WRITE, Level.LINEARIZABLE, 5, 50, 10);
    bounded(2, 40, 15, 5);
    assertThat(FreshnessCheck.check(history)).isEmpty();
  }

  @Test
  void a_bounded_read_that_is_older_than_it_says_is_found() {
    add(1, Kind.WRITE, Level.LINEARIZABLE, 5, 50, 10);
    bounded(2, 40, 15, 3);
    assertThat(FreshnessCheck.check(history)).hasSize(1);
    assertThat(FreshnessCheck.check(history).getFirst().proof()).hasSize(2);
  }

  @Test
  void what_a_linearizable_read_has_shown_must_not_be_missing_either() {
    add(1, Kind.READ, Level.LINEARIZABLE, 5, 50, 10);
    add(1, Kind.READ, Level.STALE, 6, 60, 10);
    bounded(2, 40, 20, 3);
    bounded(3, 50, 20, 3);
    assertThat(FreshnessCheck.check(history)).hasSize(1);
  }

  @Test
  void the_greatest_version_counts_however_late_a_lesser_one_was_answered() {
    add(1, Kind.WRITE, Level.LINEARIZABLE, 6, 60, 0);
    add(2, Kind.READ, Level.LINEARIZABLE, 5, 50, 3);
    bounded(3, 50, 20, 3);
    assertThat(FreshnessCheck.check(history)).hasSize(1);
  }

  @Test
  void a_row_that_is_missing_is_older_than_all() {
    add(1, Kind.WRITE, Level.LINEARIZABLE, 5, 50, 0);
    bounded(2, 0, 20, 3);
    assertThat(FreshnessCheck.check(history)).hasSize(1);
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

  private List<Violation> linearizable() {
    return SessionCheck.check(history, Set.of(Level.LINEARIZABLE));
  }

  private void bounded(int client, long version, long from, long age) {
    history.add(
        new Operation(
            client,
            Kind.READ,
            Level.BOUNDED,
            "x",
            version / 10,
            version,
            Outcome.DONE,
            from,
            from + 1,
            age));
  }

  private void add(int client, Kind kind, Level level, long value, long version, long from) {
    history.add(operation(client, kind, level, value, version, from, from + 1));
  }

  private static Operation operation(
      int client, Kind kind, Level level, long value, long version, long from, long to) {
    return new Operation(client, kind, level, "x", value, version, Outcome.DONE, from, to);
  }
}
