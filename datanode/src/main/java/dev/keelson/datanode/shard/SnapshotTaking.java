package dev.keelson.datanode.shard;

import dev.keelson.datanode.snapshot.BackgroundLane;
import dev.keelson.datanode.snapshot.Pacer;
import dev.keelson.datanode.snapshot.SnapshotBlock;
import dev.keelson.datanode.snapshot.SnapshotBlock.Kind;
import dev.keelson.datanode.snapshot.SnapshotFiles;
import dev.keelson.datanode.snapshot.SnapshotId;
import dev.keelson.datanode.snapshot.SnapshotSettings;
import dev.keelson.datanode.snapshot.SnapshotWriter;
import dev.keelson.proto.internal.v1.SessionTable;
import dev.keelson.proto.internal.v1.SnapshotRow;
import dev.keelson.proto.internal.v1.SnapshotRows;
import dev.keelson.proto.internal.v1.StoredSession;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Takes a snapshot of one shard as it was when this began, while it goes on: a block per turn, each
 * written in the background before the next is read from the rows. Of the loop's thread.
 *
 * <pre>
 *   sessions, all at once ─► rows, block by block ─► end, force, rename, sync ─► taken
 *         └── too many former values to keep, the disk fails, the shard goes ─► given up
 * </pre>
 */
final class SnapshotTaking {
  /** Told how it ended, once. */
  interface Listener {
    void taken(SnapshotTaking taking);

    void givenUp(SnapshotTaking taking, String why);
  }

  private final HostedShard shard;
  private final AppliedState state;
  private final SnapshotId id;
  private final SnapshotSettings settings;
  private final BackgroundLane lane;
  private final Pacer pacer;
  private final LoopExecutor clock;
  private final Listener listener;
  private final long appliedBytes;
  private final ArrayDeque<SnapshotBlock> sessions;
  private Optional<SnapshotWriter> writer = Optional.empty();

  /** A block is on its way to the disk. */
  private boolean busy = true;

  private boolean rowsDone;
  private boolean ended;
  private long bytes;

  private SnapshotTaking(
      HostedShard shard,
      SnapshotSettings settings,
      BackgroundLane lane,
      Pacer pacer,
      LoopExecutor clock,
      Listener listener) {
    this.clock = clock;
    this.shard = shard;
    this.settings = settings;
    this.lane = lane;
    this.pacer = pacer;
    this.listener = listener;
    state = shard.state();
    id = new SnapshotId(shard.id(), state.at());
    appliedBytes = state.meter().total();
    sessions = blocks(state.sessions(), settings.blockBytes());
    state.rows().beginPicture(settings.keptBytes());
  }

  static SnapshotTaking begin(
      HostedShard shard,
      SnapshotFiles files,
      SnapshotSettings settings,
      BackgroundLane lane,
      Pacer pacer,
      LoopExecutor clock,
      Listener listener) {
    SnapshotTaking taking = new SnapshotTaking(shard, settings, lane, pacer, clock, listener);
    lane.run(
        () -> files.create(taking.id),
        made -> {
          taking.writer = Optional.of(made);
          taking.busy = false;
          taking.goOn();
        },
        taking::failed);
    return taking;
  }

  HostedShard shard() {
    return shard;
  }

  SnapshotId id() {
    return id;
  }

  /** What had been applied when it began. */
  long appliedBytes() {
    return appliedBytes;
  }

  long bytes() {
    return bytes;
  }

  /** The next block, if the disk and the rate allow. */
  void goOn() {
    long now = clock.nanoTime();
    if (busy || ended || !pacer.isFree(now) || writer.isEmpty()) {
      return;
    }
    if (shard.isStopped() || shard.state() != state) {
      giveUp("its shard has gone or begun anew");
    } else if (!rowsDone && !state.rows().hasPicture()) {
      giveUp("too much was written meanwhile");
    } else {
      next(writer.get(), now);
    }
  }

  private void next(SnapshotWriter to, long now) {
    busy = true;
    if (!sessions.isEmpty()) {
      append(to, sessions.remove(), now);
    } else if (!rowsDone) {
      List<SnapshotRow> slice = new ArrayList<>();
      rowsDone = !state.rows().slice(settings.blockBytes(), slice);
      append(
          to,
          new SnapshotBlock(
              Kind.ROWS, SnapshotRows.newBuilder().addAllRows(slice).build().toByteString()),
          now);
    } else {
      lane.run(() -> publish(to), this::published, this::failed);
    }
  }

  private void append(SnapshotWriter to, SnapshotBlock block, long now) {
    pacer.spend(block.payload().size(), now);
    lane.run(
        () -> {
          to.append(block);
          return to;
        },
        written -> {
          busy = false;
          goOn();
        },
        this::failed);
  }

  private static Long publish(SnapshotWriter writer) throws IOException {
    writer.appendEnd();
    writer.publish();
    return writer.end();
  }

  private void published(long size) {
    ended = true;
    bytes = size;
    state.rows().endPicture();
    listener.taken(this);
  }

  private void failed(IOException why) {
    if (!ended) {
      giveUp(why.toString());
    }
  }

  private void giveUp(String why) {
    ended = true;
    state.rows().endPicture();
    writer.ifPresent(it -> lane.run(it::abandon));
    listener.givenUp(this, why);
  }

  /** Parts of the table that make the whole when they are read one behind the other. */
  private static ArrayDeque<SnapshotBlock> blocks(SessionTable table, int blockBytes) {
    ArrayDeque<SnapshotBlock> blocks = new ArrayDeque<>();
    SessionTable.Builder part = SessionTable.newBuilder().setFloor(table.getFloor());
    int size = 0;
    for (StoredSession session : table.getSessionsList()) {
      part.addSessions(session);
      size += session.getSerializedSize();
      if (size >= blockBytes) {
        blocks.add(new SnapshotBlock(Kind.SESSIONS, part.build().toByteString()));
        part = SessionTable.newBuilder();
        size = 0;
      }
    }
    blocks.add(new SnapshotBlock(Kind.SESSIONS, part.build().toByteString()));
    return blocks;
  }
}
