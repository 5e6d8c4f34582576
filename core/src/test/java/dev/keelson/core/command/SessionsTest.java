package dev.keelson.core.command;

import static dev.keelson.core.command.Commands.insert;
import static dev.keelson.core.command.Commands.key;
import static dev.keelson.core.command.Commands.once;
import static dev.keelson.core.command.Commands.put;
import static dev.keelson.core.command.Commands.row;
import static org.assertj.core.api.Assertions.assertThat;

import dev.keelson.core.limit.ReplicatedLimits;
import dev.keelson.core.shard.HashRange;
import dev.keelson.proto.internal.v1.Command;
import dev.keelson.proto.internal.v1.CommandResult;
import dev.keelson.proto.internal.v1.CommandResult.Outcome;
import dev.keelson.proto.internal.v1.Mutation;
import dev.keelson.proto.internal.v1.SessionTable;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** A write that comes twice is applied once, and what is not known any more is refused (R16). */
class SessionsTest {
  private final MapRows rows = new MapRows();
  private final CommandMachine machine = new CommandMachine(HashRange.ALL, rows);
  private long index;

  @Test
  void a_write_that_comes_twice_is_applied_once_and_answered_alike() {
    CommandResult first = apply(1, 1, 0, insert(1, row(5)));
    apply(put(1, row(6)));

    CommandResult again = apply(1, 1, 0, insert(1, row(5)));

    assertThat(first.getOutcome()).isEqualTo(Outcome.APPLIED);
    assertThat(again).isEqualTo(first);
    assertThat(rows.row(key(1).bytes())).contains(new VersionedRow(2, row(6)));
  }

  @Test
  void a_refused_write_stays_refused_when_it_comes_again() {
    apply(put(1, row(5)));
    CommandResult refused = apply(1, 1, 0, insert(1, row(6)));
    apply(Commands.delete(1));

    assertThat(apply(1, 1, 0, insert(1, row(6)))).isEqualTo(refused);
    assertThat(refused.getOutcome()).isEqualTo(Outcome.ROW_EXISTS);
    assertThat(rows.all()).isEmpty();
  }

  @Test
  void writes_of_a_session_may_come_in_any_order_and_with_gaps() {
    apply(1, 9, 0, put(9, row(9)));
    CommandResult early = apply(1, 2, 0, put(2, row(2)));

    assertThat(early.getOutcome()).isEqualTo(Outcome.APPLIED);
    assertThat(apply(1, 2, 0, put(2, row(2)))).isEqualTo(early);
  }

  @Test
  void an_acknowledged_answer_is_forgotten_and_never_applied_again() {
    apply(1, 1, 0, put(1, row(1)));
    apply(1, 2, 2, put(2, row(2)));
    apply(put(1, row(7)));

    assertThat(apply(1, 1, 0, put(1, row(1))).getOutcome()).isEqualTo(Outcome.ALREADY_ANSWERED);
    assertThat(rows.row(key(1).bytes()).orElseThrow().row()).isEqualTo(row(7));
  }

  @Test
  void an_acknowledgement_that_comes_late_takes_nothing_back() {
    apply(1, 5, 5, put(5, row(5)));
    apply(1, 6, 2, put(6, row(6)));

    assertThat(apply(1, 4, 1, put(4, row(4))).getOutcome()).isEqualTo(Outcome.ALREADY_ANSWERED);
  }

  @Test
  void a_session_that_acknowledges_nothing_is_full_after_1024_writes() {
    for (int sequence = 1; sequence <= 1_024; sequence++) {
      assertThat(apply(1, sequence, 0, put(1, row(sequence))).getOutcome())
          .isEqualTo(Outcome.APPLIED);
    }
    assertThat(apply(1, 1_025, 1, put(1, row(0))).getOutcome()).isEqualTo(Outcome.SESSION_FULL);
    assertThat(apply(1, 7, 1, put(1, row(0))).getVersion()).as("known ones are told").isEqualTo(7);
    assertThat(rows.row(key(1).bytes()).orElseThrow().row()).isEqualTo(row(1_024));

    assertThat(apply(1, 1_025, 2, put(1, row(0))).getOutcome()).isEqualTo(Outcome.APPLIED);
  }

  @Test
  void the_least_recently_used_session_is_forgotten_and_then_refused() {
    for (long session = 1; session <= ReplicatedLimits.SESSIONS; session++) {
      apply(session, 1, 0, put(1, row(session)));
    }
    apply(1, 2, 0, put(1, row(0)));
    long newest = ReplicatedLimits.SESSIONS + 1;

    assertThat(apply(newest, 1, 0, put(1, row(1))).getOutcome()).isEqualTo(Outcome.APPLIED);

    assertThat(apply(2, 1, 0, put(1, row(2))).getOutcome()).isEqualTo(Outcome.SESSION_EXPIRED);
    assertThat(apply(2, 5, 0, put(1, row(2))).getOutcome()).isEqualTo(Outcome.SESSION_EXPIRED);
    assertThat(apply(1, 2, 0, put(1, row(0))).getVersion()).isEqualTo(newest);
    assertThat(apply(3, 2, 0, put(1, row(3))).getOutcome()).isEqualTo(Outcome.APPLIED);
  }

  @Test
  void an_unknown_session_below_a_forgotten_one_is_refused_though_it_never_wrote() {
    for (long session = 10; session < 10 + ReplicatedLimits.SESSIONS; session++) {
      apply(session, 1, 0, put(1, row(session)));
    }
    assertThat(apply(5, 1, 0, put(1, row(5))).getOutcome()).isEqualTo(Outcome.APPLIED);

    assertThat(apply(6, 1, 0, put(1, row(6))).getOutcome()).isEqualTo(Outcome.SESSION_EXPIRED);
    assertThat(apply(10, 1, 0, put(1, row(6))).getOutcome()).isEqualTo(Outcome.SESSION_EXPIRED);
  }

  @Test
  void all_sessions_together_keep_no_more_answers_than_the_limit() {
    int full = ReplicatedLimits.UNANSWERED / ReplicatedLimits.UNANSWERED_PER_SESSION;
    for (long session = 1; session <= full + 3; session++) {
      for (int sequence = 1; sequence <= ReplicatedLimits.UNANSWERED_PER_SESSION; sequence++) {
        apply(session, sequence, 0, put(1, row(sequence)));
      }
    }
    SessionTable table = machine.sessions();

    assertThat(table.getSessionsList().stream().mapToInt(it -> it.getResultsCount()).sum())
        .isLessThanOrEqualTo(ReplicatedLimits.UNANSWERED);
    assertThat(table.getFloor()).isEqualTo(4);
    assertThat(apply(1, 1, 0, put(1, row(0))).getOutcome()).isEqualTo(Outcome.SESSION_EXPIRED);
    assertThat(apply(full + 3L, 1, 0, put(1, row(0))).getOutcome()).isEqualTo(Outcome.APPLIED);
  }

  @Test
  void a_malformed_write_is_not_remembered() {
    Mutation bad = put(1, row(5)).toBuilder().clearRow().build();
    assertThat(apply(1, 1, 0, bad).getOutcome()).isEqualTo(Outcome.MALFORMED);
    assertThat(apply(1, 1, 0, put(1, row(5))).getOutcome()).isEqualTo(Outcome.APPLIED);
  }

  /** Replicas that start from a snapshot at any point answer and forget like those that did not. */
  @Test
  void a_machine_restored_from_a_snapshot_goes_on_like_the_one_it_was_taken_of() {
    SplittableRandom random = new SplittableRandom(5);
    List<Command> commands = new ArrayList<>();
    for (int i = 0; i < 30_000; i++) {
      long sequence = 1 + random.nextInt(30);
      long session = 1 + i - random.nextInt(Math.min(i + 1, 9_000));
      commands.add(
          once(
              session,
              sequence,
              random.nextInt((int) sequence + 1),
              random.nextBoolean() ? insert(i % 50, row(i)) : Commands.delete(i % 50)));
    }
    MapRows copiedRows = new MapRows();
    CommandMachine copy = machine;
    for (int i = 0; i < commands.size(); i++) {
      if (i == 25_000) {
        rows.all().forEach((key, row) -> copiedRows.put(key, row.version(), row.row()));
        copy = CommandMachine.restored(HashRange.ALL, copiedRows, index, machine.sessions());
        assertThat(machine.sessions().getFloor()).isPositive();
        assertThat(copy.sessions()).isEqualTo(machine.sessions());
      }
      index++;
      CommandResult result = machine.apply(index, commands.get(i).toByteString());
      if (i >= 25_000) {
        assertThat(copy.apply(index, commands.get(i).toByteString())).isEqualTo(result);
      }
    }
    assertThat(copiedRows.all()).isEqualTo(rows.all());
    assertThat(copy.sessions()).isEqualTo(machine.sessions());
  }

  private CommandResult apply(long session, long sequence, long answeredBelow, Mutation... all) {
    return machine.apply(++index, once(session, sequence, answeredBelow, all).toByteString());
  }

  private CommandResult apply(Mutation... mutations) {
    return machine.apply(++index, Commands.command(mutations).toByteString());
  }
}
