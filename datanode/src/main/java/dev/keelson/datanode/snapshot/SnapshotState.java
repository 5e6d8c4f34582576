package dev.keelson.datanode.snapshot;

import dev.keelson.core.replication.Position;
import dev.keelson.datanode.storage.OrderedRows;
import dev.keelson.proto.internal.v1.SessionTable;

/** What a shard's log has come to at one place: all that its state machine is made of. */
public record SnapshotState(Position at, OrderedRows rows, SessionTable sessions) {

  /** Before the first entry. */
  public static SnapshotState beginning(OrderedRows emptyRows) {
    return new SnapshotState(Position.ZERO, emptyRows, SessionTable.getDefaultInstance());
  }
}
