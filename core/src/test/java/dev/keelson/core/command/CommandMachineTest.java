package dev.keelson.core.command;

import static dev.keelson.core.command.Commands.command;
import static dev.keelson.core.command.Commands.delete;
import static dev.keelson.core.command.Commands.equal;
import static dev.keelson.core.command.Commands.exists;
import static dev.keelson.core.command.Commands.insert;
import static dev.keelson.core.command.Commands.key;
import static dev.keelson.core.command.Commands.number;
import static dev.keelson.core.command.Commands.put;
import static dev.keelson.core.command.Commands.row;
import static dev.keelson.core.command.Commands.update;
import static dev.keelson.core.command.Commands.version;
import static dev.keelson.core.command.Commands.when;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import dev.keelson.core.schema.SampleTables;
import dev.keelson.core.shard.HashRange;
import dev.keelson.proto.internal.v1.Command;
import dev.keelson.proto.internal.v1.CommandResult;
import dev.keelson.proto.internal.v1.CommandResult.Outcome;
import dev.keelson.proto.internal.v1.Mutation;
import dev.keelson.proto.internal.v1.SessionTable;
import dev.keelson.proto.internal.v1.StoredCondition;
import java.io.IOException;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class CommandMachineTest {
  private final MapRows rows = new MapRows();
  private final CommandMachine machine = new CommandMachine(HashRange.ALL, rows);
  private long index = 100;

  @Test
  void a_put_writes_the_whole_row_and_says_whether_there_was_one() {
    CommandResult first = apply(put(1, row(5, "a")));
    CommandResult second = apply(put(1, row(6)));

    assertThat(first.getOutcome()).isEqualTo(Outcome.APPLIED);
    assertThat(first.getVersion()).isEqualTo(101);
    assertThat(first.getRowsFound()).isZero();
    assertThat(second.getRowsFound()).isEqualTo(1);
    assertThat(rows.row(key(1).bytes())).contains(new VersionedRow(102, row(6)));
  }

  @Test
  void an_insert_leaves_a_row_that_is_there_alone() {
    assertThat(apply(insert(1, row(5))).getOutcome()).isEqualTo(Outcome.APPLIED);
    assertThat(apply(insert(1, row(6))).getOutcome()).isEqualTo(Outcome.ROW_EXISTS);
    assertThat(rows.row(key(1).bytes())).contains(new VersionedRow(101, row(5)));
  }

  @Test
  void an_update_changes_the_named_columns_of_a_row_that_is_there() {
    assertThat(apply(update(1, number(7))).getOutcome()).isEqualTo(Outcome.ROW_NOT_FOUND);
    apply(put(1, row(5, "a")));
    CommandResult changed = apply(update(1, number(7)));

    assertThat(changed.getRowsFound()).isEqualTo(1);
    assertThat(rows.row(key(1).bytes())).contains(new VersionedRow(103, row(7, "a")));
    apply(update(1, SampleTables.nothing("c2"), SampleTables.text("c3", "b")));
    assertThat(rows.row(key(1).bytes()).orElseThrow().row())
        .isEqualTo(Commands.named(SampleTables.text("c3", "b")));
  }

  @Test
  void an_update_cannot_make_a_row_larger_than_a_row_may_be() {
    apply(put(1, row(5, "x".repeat((1 << 20) - 20))));

    CommandResult refused =
        apply(update(1, number(Long.MAX_VALUE)), update(1, number(Long.MIN_VALUE)));
    assertThat(refused.getOutcome()).isEqualTo(Outcome.APPLIED);
    apply(put(1, row(5, "x".repeat((1 << 20) - 7))));
    assertThat(apply(update(1, number(Long.MAX_VALUE))).getOutcome())
        .isEqualTo(Outcome.ROW_TOO_LARGE);
    assertThat(rows.row(key(1).bytes()).orElseThrow().version()).isEqualTo(103);
  }

  @Test
  void deleting_what_is_not_there_is_no_error() {
    assertThat(apply(delete(1)).getRowsFound()).isZero();
    apply(put(1, row(5)));
    assertThat(apply(delete(1)).getRowsFound()).isEqualTo(1);
    assertThat(rows.all()).isEmpty();
  }

  @Test
  void conditions_are_decided_by_the_row_as_it_is() {
    assertThat(apply(when(exists(true), delete(1))).getOutcome())
        .isEqualTo(Outcome.CONDITION_FAILED);
    assertThat(apply(when(version(0), put(1, row(5)))).getOutcome()).isEqualTo(Outcome.APPLIED);
    assertThat(apply(when(exists(false), put(1, row(6)))).getOutcome())
        .isEqualTo(Outcome.CONDITION_FAILED);
    assertThat(apply(when(version(101), update(1, number(6)))).getOutcome())
        .isEqualTo(Outcome.CONDITION_FAILED);
    assertThat(apply(when(version(102), update(1, number(6)))).getOutcome())
        .isEqualTo(Outcome.APPLIED);
    assertThat(apply(when(equal(number(5)), delete(1))).getOutcome())
        .isEqualTo(Outcome.CONDITION_FAILED);
    Mutation delete = when(equal(number(6), SampleTables.nothing("c3")), delete(1));
    assertThat(apply(delete).getOutcome()).isEqualTo(Outcome.APPLIED);
    assertThat(apply(when(equal(SampleTables.nothing("c3")), delete(1))).getOutcome())
        .as("no row equals nothing")
        .isEqualTo(Outcome.CONDITION_FAILED);
  }

  @Test
  void a_condition_comes_before_the_row_that_an_update_needs() {
    assertThat(apply(when(exists(true), update(1, number(1)))).getOutcome())
        .isEqualTo(Outcome.CONDITION_FAILED);
  }

  @Test
  void a_batch_is_applied_as_a_whole_or_not_at_all() {
    CommandResult applied = apply(put(1, row(1)), put(2, row(2)), insert(3, row(3)));
    assertThat(applied.getOutcome()).isEqualTo(Outcome.APPLIED);
    var before = rows.all();

    CommandResult refused = apply(put(1, row(9)), delete(2), insert(3, row(9)), put(4, row(9)));

    assertThat(refused.getOutcome()).isEqualTo(Outcome.ROW_EXISTS);
    assertThat(refused.getFailedMutation()).isEqualTo(2);
    assertThat(refused.getVersion()).isZero();
    assertThat(rows.all()).isEqualTo(before);
  }

  @Test
  void operations_of_a_batch_see_those_before_them() {
    assertThat(apply(insert(1, row(1)), update(1, number(2)), insert(1, row(3))).getOutcome())
        .isEqualTo(Outcome.ROW_EXISTS);
    CommandResult result =
        apply(
            insert(1, row(1, "a")),
            when(equal(number(1)), update(1, number(2))),
            delete(1),
            when(exists(false), insert(1, row(4))),
            put(2, row(5)),
            delete(2));

    assertThat(result.getOutcome()).isEqualTo(Outcome.APPLIED);
    assertThat(result.getRowsFound()).isEqualTo(3);
    assertThat(rows.all()).containsOnlyKeys(key(1).bytes());
    assertThat(rows.row(key(1).bytes())).contains(new VersionedRow(102, row(4)));
  }

  @Test
  void commands_that_no_router_sends_are_malformed_and_change_nothing() {
    Command good = command(put(1, row(5)));
    malformed(ByteString.EMPTY);
    malformed(ByteString.copyFromUtf8("not a command"));
    malformed(good.toBuilder().clearMutations().build());
    malformed(good.toBuilder().setPartitionHash(good.getPartitionHash() + 1).build());
    malformed(command(put(1, row(5)), elsewhere()));
    malformed(command(put(1, row(5)).toBuilder().clearKind().build()));
    malformed(command(put(1, row(5)).toBuilder().setKindValue(9).build()));
    malformed(command(put(1, row(5)).toBuilder().clearKey().build()));
    malformed(command(put(1, row(5)).toBuilder().setKey(ByteString.copyFromUtf8("key")).build()));
    malformed(command(put(1, row(5)).toBuilder().clearRow().build()));
    malformed(command(put(1, Commands.named(SampleTables.nothing("c3")))));
    malformed(command(put(1, row(1, "x".repeat(1 << 20)))));
    malformed(command(update(1, number(1)).toBuilder().clearRow().build()));
    malformed(command(delete(1).toBuilder().setRow(row(1)).build()));
    malformed(command(when(StoredCondition.newBuilder(), delete(1))));
    malformed(command(when(StoredCondition.newBuilder().setEqual(key(1).bytes()), delete(1))));
    malformed(Commands.once(0, 1, 0, put(1, row(5))));
    malformed(Commands.once(1, 0, 0, put(1, row(5))));
    malformed(Commands.once(1, 1, 2, put(1, row(5))));
    malformed(Commands.once(-1, 1, 1, put(1, row(5))));
  }

  @Test
  void a_partition_that_lies_in_another_shard_is_refused_and_leaves_no_trace() {
    Command named = Commands.once(3, 1, 1, put(1, row(5)));
    long hash = Integer.toUnsignedLong(named.getPartitionHash());
    CommandMachine before = new CommandMachine(new HashRange(0, hash), rows);
    CommandMachine behind = new CommandMachine(new HashRange(hash + 1, HashRange.SPACE), rows);
    CommandMachine at = new CommandMachine(new HashRange(hash, hash + 1), rows);

    assertThat(before.apply(1, named.toByteString()).getOutcome()).isEqualTo(Outcome.WRONG_SHARD);
    assertThat(behind.apply(1, named.toByteString()).getOutcome()).isEqualTo(Outcome.WRONG_SHARD);
    assertThat(before.sessions()).isEqualTo(SessionTable.getDefaultInstance());
    assertThat(rows.all()).isEmpty();

    assertThat(at.apply(1, named.toByteString()).getOutcome()).isEqualTo(Outcome.APPLIED);
  }

  @Test
  void rows_of_dropped_tables_are_removed_by_their_keys_whatever_their_partition() {
    apply(put(1, row(5)), put(2, row(6)), put(3, row(7)));
    Command removal =
        Command.newBuilder()
            .addRemovedKeys(key(1).bytes())
            .addRemovedKeys(key(1, 1).bytes())
            .addRemovedKeys(key(3).bytes())
            .build();

    assertThat(machine.apply(++index, removal.toByteString()).getOutcome())
        .isEqualTo(Outcome.APPLIED);
    assertThat(rows.all()).containsOnlyKeys(key(2).bytes());
  }

  @Test
  void a_removal_that_holds_something_else_or_too_much_is_malformed() {
    Command removal = Command.newBuilder().addRemovedKeys(key(1).bytes()).build();
    malformed(removal.toBuilder().addMutations(put(2, row(1))).build());
    malformed(removal.toBuilder().setPartitionHash(1).build());
    malformed(removal.toBuilder().addRemovedKeys(ByteString.copyFrom(new byte[5_000])).build());
    ByteString[] many = new ByteString[4_097];
    Arrays.fill(many, key(1).bytes());
    malformed(Command.newBuilder().addAllRemovedKeys(Arrays.asList(many)).build());
  }

  @Test
  void a_command_has_at_most_4096_mutations() {
    Mutation[] many = new Mutation[4_096];
    Arrays.fill(many, put(1, row(5)));
    assertThat(apply(many).getOutcome()).isEqualTo(Outcome.APPLIED);
    Command tooMany = command(many).toBuilder().addMutations(put(1, row(6))).build();
    assertThat(machine.apply(++index, tooMany.toByteString()).getOutcome())
        .isEqualTo(Outcome.MALFORMED);
  }

  /** As objects these would take hundreds of megabytes, on every replica and at every start. */
  @Test
  void small_payloads_that_would_become_large_are_malformed() throws IOException {
    byte[] emptyMutations = new byte[4 << 20];
    for (int i = 0; i < emptyMutations.length; i += 2) {
      emptyMutations[i] = Command.MUTATIONS_FIELD_NUMBER << 3 | 2;
    }
    ByteString.Output unknownFields = ByteString.newOutput();
    CodedOutputStream fields = CodedOutputStream.newInstance(unknownFields);
    for (int number = 100; number < 1_000_000; number++) {
      fields.writeUInt32(number, 1);
    }
    fields.flush();

    malformed(ByteString.copyFrom(emptyMutations));
    malformed(unknownFields.toByteString());
    malformed(ByteString.copyFrom(new byte[(8 << 20) + 1]));
  }

  @Test
  void no_bytes_make_the_machine_throw() {
    SplittableRandom random = new SplittableRandom(3);
    byte[] good =
        Commands.once(3, 7, 2, put(1, row(5, "abc")), when(equal(number(5)), update(1, number(6))))
            .toByteArray();
    int applied = 0;
    for (int i = 0; i < 40_000; i++) {
      byte[] bytes =
          Arrays.copyOf(good, random.nextInt(4) == 0 ? random.nextInt(good.length) : good.length);
      for (int changes = random.nextInt(5); changes > 0 && bytes.length > 0; changes--) {
        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
      }
      CommandResult result = machine.apply(++index, ByteString.copyFrom(bytes));
      applied += result.getOutcome() == Outcome.APPLIED ? 1 : 0;
    }
    assertThat(applied).isPositive();
  }

  @Test
  void an_index_that_does_not_grow_is_a_fault_of_the_caller() {
    apply(put(1, row(5)));
    assertThatThrownBy(() -> machine.apply(index, command(put(1, row(6))).toByteString()))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("index 101 comes after index 101");
  }

  @Test
  void a_stored_row_that_is_damaged_stops_the_shard() {
    rows.put(key(1).bytes(), 5, ByteString.copyFromUtf8("garbage"));
    assertThatThrownBy(() -> apply(update(1, number(6)))).isInstanceOf(IllegalStateException.class);
  }

  private static Mutation elsewhere() {
    return put(1, row(5)).toBuilder().setKey(key(1, 1).bytes()).build();
  }

  private CommandResult apply(Mutation... mutations) {
    return machine.apply(++index, command(mutations).toByteString());
  }

  private void malformed(Command command) {
    malformed(command.toByteString());
  }

  private void malformed(ByteString payload) {
    assertThat(machine.apply(++index, payload).getOutcome()).isEqualTo(Outcome.MALFORMED);
    assertThat(rows.all()).isEmpty();
  }
}
