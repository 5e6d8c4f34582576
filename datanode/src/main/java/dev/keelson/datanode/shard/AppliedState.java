package dev.keelson.datanode.shard;

import dev.keelson.core.command.CommandMachine;
import dev.keelson.core.replication.LogEntry;
import dev.keelson.core.replication.Position;
import dev.keelson.core.shard.HashRange;
import dev.keelson.datanode.snapshot.SnapshotState;
import dev.keelson.datanode.storage.PicturedRows;
import dev.keelson.proto.internal.v1.CommandResult;
import dev.keelson.proto.internal.v1.Entry;
import dev.keelson.proto.internal.v1.NodeAnswer;
import dev.keelson.proto.internal.v1.NodeCall;
import dev.keelson.proto.internal.v1.SessionTable;
import java.util.Optional;

/** What a shard's log has come to so far: rows, sessions, and the place in the log. */
final class AppliedState {
  private final PicturedRows rows;
  private final CommandMachine machine;
  private final ShardReader reader;
  private final LogMeter meter;
  private Position at;

  AppliedState(HashRange range, SnapshotState start, int answerBytes, long retainedBytes) {
    rows = new PicturedRows(start.rows());
    machine = CommandMachine.restored(range, rows, start.at().index(), start.sessions());
    reader = new ShardReader(rows, answerBytes);
    meter = new LogMeter(retainedBytes);
    at = start.at();
  }

  PicturedRows rows() {
    return rows;
  }

  /** The sessions at {@link #at}, for a snapshot. */
  SessionTable sessions() {
    return machine.sessions();
  }

  LogMeter meter() {
    return meter;
  }

  Position at() {
    return at;
  }

  NodeAnswer.Builder read(NodeCall call) {
    return reader.read(call);
  }

  /** Applies the next entry; says what came of it if it is a command. */
  Optional<CommandResult> apply(LogEntry entry) {
    at = entry.position();
    meter.applied(entry.index(), entry.cost());
    return entry.kind() == Entry.Kind.COMMAND
        ? Optional.of(machine.apply(entry.index(), entry.payload()))
        : Optional.empty();
  }

  void close() {
    rows.close();
  }
}
