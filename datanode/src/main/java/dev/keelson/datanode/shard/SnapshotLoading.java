package dev.keelson.datanode.shard;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.keelson.datanode.snapshot.BackgroundLane;
import dev.keelson.datanode.snapshot.SnapshotBlock;
import dev.keelson.datanode.snapshot.SnapshotFiles;
import dev.keelson.datanode.snapshot.SnapshotId;
import dev.keelson.datanode.snapshot.SnapshotReader;
import dev.keelson.datanode.snapshot.SnapshotState;
import dev.keelson.datanode.storage.OrderedRows;
import dev.keelson.proto.internal.v1.SessionTable;
import dev.keelson.proto.internal.v1.SnapshotRow;
import dev.keelson.proto.internal.v1.SnapshotRows;
import java.io.IOException;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Makes rows of a snapshot, block by block: each is read and checked in the background and put into
 * the rows on the loop. Nobody sees the rows before all of it was there and right.
 */
final class SnapshotLoading {
  private final BackgroundLane lane;
  private final SnapshotId id;
  private final OrderedRows rows;
  private final Consumer<SnapshotState> then;
  private final Consumer<IOException> failed;
  private final SessionTable.Builder sessions = SessionTable.newBuilder();

  private SnapshotLoading(
      BackgroundLane lane,
      SnapshotId id,
      OrderedRows rows,
      Consumer<SnapshotState> then,
      Consumer<IOException> failed) {
    this.lane = lane;
    this.id = id;
    this.rows = rows;
    this.then = then;
    this.failed = failed;
  }

  /** Exactly one of the two is called, on the loop; after a failure the rows are closed. */
  static void begin(
      SnapshotFiles files,
      BackgroundLane lane,
      SnapshotId id,
      OrderedRows emptyRows,
      Consumer<SnapshotState> then,
      Consumer<IOException> failed) {
    SnapshotLoading loading = new SnapshotLoading(lane, id, emptyRows, then, failed);
    lane.run(() -> files.read(id), loading::readNext, loading::fail);
  }

  private void readNext(SnapshotReader reader) {
    lane.run(
        reader::next,
        block -> took(reader, block),
        why -> {
          lane.run(reader::close);
          fail(why);
        });
  }

  private void took(SnapshotReader reader, Optional<SnapshotBlock> block) {
    if (block.isEmpty()) {
      lane.run(reader::close);
      then.accept(new SnapshotState(id.at(), rows, sessions.build()));
      return;
    }
    try {
      put(block.get());
    } catch (InvalidProtocolBufferException unreadable) {
      lane.run(reader::close);
      fail(unreadable);
      return;
    }
    readNext(reader);
  }

  private void put(SnapshotBlock block) throws InvalidProtocolBufferException {
    switch (block.kind()) {
      case SESSIONS -> sessions.mergeFrom(block.payload());
      case ROWS -> {
        for (SnapshotRow row : SnapshotRows.parseFrom(block.payload()).getRowsList()) {
          rows.put(row.getKey(), row.getVersion(), row.getRow());
        }
      }
      case END -> {}
    }
  }

  private void fail(IOException why) {
    rows.close();
    failed.accept(why);
  }
}
