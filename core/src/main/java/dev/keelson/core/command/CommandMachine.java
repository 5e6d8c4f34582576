package dev.keelson.core.command;

import com.google.protobuf.ByteString;
import dev.keelson.core.shard.HashRange;
import dev.keelson.proto.internal.v1.Command;
import dev.keelson.proto.internal.v1.CommandResult;
import dev.keelson.proto.internal.v1.CommandResult.Outcome;
import dev.keelson.proto.internal.v1.SessionTable;
import java.util.Optional;

/**
 * The state machine of a shard: applies committed commands in the order of the log. What it does
 * depends on the commands alone, so all replicas agree (R16, R17). One thread at a time.
 */
public final class CommandMachine {
  private static final CommandResult MALFORMED =
      CommandResult.newBuilder().setOutcome(Outcome.MALFORMED).build();

  private static final CommandResult WRONG_SHARD =
      CommandResult.newBuilder().setOutcome(Outcome.WRONG_SHARD).build();

  private final HashRange range;
  private final Rows rows;
  private final Sessions sessions;
  private long applied;

  /**
   * A machine that has applied nothing, over rows that are empty.
   *
   * @param range of the shard: the same for as long as there is a shard of this number, so all
   *     replicas agree on what lies outside of it
   */
  public CommandMachine(HashRange range, Rows rows) {
    this(range, rows, new Sessions(), 0);
  }

  private CommandMachine(HashRange range, Rows rows, Sessions sessions, long applied) {
    this.range = range;
    this.rows = rows;
    this.sessions = sessions;
    this.applied = applied;
  }

  /** A machine as it was when {@link #sessions} was taken, over the rows of that moment. */
  public static CommandMachine restored(
      HashRange range, Rows rows, long applied, SessionTable sessions) {
    return new CommandMachine(range, rows, Sessions.fromProto(sessions), applied);
  }

  /**
   * Applies the command at an index of the log.
   *
   * @param index above that of every command before; becomes the version of the rows written
   * @param payload a serialized {@link Command}; anything else is answered with MALFORMED, and one
   *     of a partition that does not lie in the shard with WRONG_SHARD
   */
  public CommandResult apply(long index, ByteString payload) {
    if (index <= applied) {
      throw new IllegalStateException("index " + index + " comes after index " + applied);
    }
    applied = index;
    Command command;
    try {
      command = CommandReader.read(payload);
    } catch (MalformedCommandException e) {
      return MALFORMED;
    }
    if (command.getRemovedKeysCount() > 0) {
      return remove(index, command);
    }
    if (!range.contains(command.getPartitionHash())) {
      return WRONG_SHARD;
    }
    return command.hasWriteId() ? applyOnce(index, command) : execute(index, command);
  }

  /** The session table as of the last applied index, for a snapshot. */
  public SessionTable sessions() {
    return sessions.toProto();
  }

  /** Rows that are nobody's: neither conditions nor sessions have to do with them. */
  private CommandResult remove(long index, Command command) {
    command.getRemovedKeysList().forEach(rows::delete);
    return CommandResult.newBuilder().setOutcome(Outcome.APPLIED).setVersion(index).build();
  }

  private CommandResult applyOnce(long index, Command command) {
    Optional<CommandResult> known = sessions.answer(command.getWriteId());
    if (known.isPresent()) {
      return known.get();
    }
    CommandResult result = execute(index, command);
    sessions.remember(command.getWriteId(), result);
    return result;
  }

  private CommandResult execute(long index, Command command) {
    Changes changes = new Changes(rows, index);
    for (int i = 0; i < command.getMutationsCount(); i++) {
      Outcome outcome = changes.take(command.getMutations(i));
      if (outcome != Outcome.APPLIED) {
        return CommandResult.newBuilder().setOutcome(outcome).setFailedMutation(i).build();
      }
    }
    changes.write();
    return CommandResult.newBuilder()
        .setOutcome(Outcome.APPLIED)
        .setVersion(index)
        .setRowsFound(changes.rowsFound())
        .build();
  }
}
