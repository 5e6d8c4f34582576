package dev.keelson.datanode.shard;

import com.google.protobuf.ByteString;
import dev.keelson.core.shard.NodeId;
import dev.keelson.datanode.snapshot.BackgroundLane;
import dev.keelson.datanode.snapshot.Pacer;
import dev.keelson.datanode.snapshot.SnapshotFiles;
import dev.keelson.datanode.snapshot.SnapshotId;
import dev.keelson.datanode.snapshot.SnapshotState;
import dev.keelson.datanode.snapshot.SnapshotWriter;
import dev.keelson.datanode.storage.OrderedRows;
import dev.keelson.proto.internal.v1.PeerMessage;
import dev.keelson.proto.internal.v1.SnapshotChunk;
import dev.keelson.proto.internal.v1.SnapshotRequest;
import java.io.IOException;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Fetches a snapshot from a peer, one block after the other: each is asked for when the one before
 * is written. So the receiver sets the pace, a cut stream is gone on with where it broke, and it
 * does not matter in which term who leads (R2). Of the loop's thread.
 *
 * <pre>
 *   OPENING ─► RESTING ─► ASKING ─► WRITING ─► LOADING ─► ENDED: ready for the replica
 *                 ▲                    │
 *                 └────────────────────┘ unless it was the last block
 *   any ── the peer no longer has it, damage, disk full ─► ENDED: given up
 * </pre>
 */
final class SnapshotFetching {
  /** After so many times the resend interval without a block another fetch may take its place. */
  private static final int STALLED_RESENDS = 20;

  private static final int RESENDS = 5;

  private enum Phase {
    /** The file is being made. */
    OPENING,
    /** Until the rate allows to ask. */
    RESTING,
    ASKING,
    WRITING,
    /** All of it is there, durably; the rows are being made. */
    LOADING,
    ENDED
  }

  /** Told of blocks, and once how it ended. */
  interface Listener {
    void received(SnapshotFetching fetching, long bytes);

    void resumed(SnapshotFetching fetching, long offset);

    /** The snapshot lies durably under its name, and its rows are made. */
    void ready(SnapshotFetching fetching, SnapshotState state);

    void givenUp(SnapshotFetching fetching, String why);
  }

  /** What all fetches of a loop use. */
  record Surroundings(
      SnapshotFiles files,
      BackgroundLane lane,
      Peers peers,
      Pacer pacer,
      LoopExecutor clock,
      long resendNanos,
      Listener listener) {}

  private final HostedShard shard;
  private final NodeId source;
  private final SnapshotId id;
  private final Surroundings around;
  private final Supplier<OrderedRows> emptyRows;
  private Optional<SnapshotWriter> writer = Optional.empty();
  private Phase phase = Phase.OPENING;

  /** Where the next block lies. */
  private long offset = SnapshotWriter.FIRST_BLOCK;

  private long askedAt;
  private long progressAt;

  private SnapshotFetching(
      HostedShard shard,
      NodeId source,
      SnapshotId id,
      Surroundings around,
      Supplier<OrderedRows> emptyRows) {
    this.shard = shard;
    this.source = source;
    this.id = id;
    this.around = around;
    this.emptyRows = emptyRows;
    progressAt = around.clock().nanoTime();
  }

  static SnapshotFetching begin(
      HostedShard shard,
      NodeId source,
      SnapshotId id,
      Surroundings around,
      Supplier<OrderedRows> emptyRows) {
    SnapshotFetching fetching = new SnapshotFetching(shard, source, id, around, emptyRows);
    around.lane().run(() -> around.files().create(id), fetching::opened, fetching::failed);
    return fetching;
  }

  private void opened(SnapshotWriter made) {
    writer = Optional.of(made);
    if (phase == Phase.ENDED) {
      around.lane().run(made::abandon);
    } else {
      rest();
    }
  }

  HostedShard shard() {
    return shard;
  }

  SnapshotId id() {
    return id;
  }

  /** Whether another one may take its place: nothing has come for long. */
  boolean hasStalled() {
    boolean waits = phase == Phase.ASKING || phase == Phase.RESTING;
    return waits && around.clock().nanoTime() - progressAt > STALLED_RESENDS * around.resendNanos();
  }

  private void rest() {
    phase = Phase.RESTING;
    goOn();
  }

  /** Asks for the next block when the rate allows, and again when no answer comes. */
  void goOn() {
    long now = around.clock().nanoTime();
    boolean unanswered = phase == Phase.ASKING && now - askedAt > RESENDS * around.resendNanos();
    if (unanswered || (phase == Phase.RESTING && around.pacer().isFree(now))) {
      ask(now);
    }
  }

  private void ask(long now) {
    phase = Phase.ASKING;
    askedAt = now;
    SnapshotRequest.Builder request =
        SnapshotRequest.newBuilder().setPosition(id.at().toProto()).setOffset(offset);
    PeerMessage message =
        PeerMessage.newBuilder().setShard(id.shard().number()).setSnapshotRequest(request).build();
    around.peers().send(source, message);
  }

  /** The stream to a peer is there again: what was asked for may be lost. */
  void found(NodeId peer) {
    if (peer.equals(source) && phase == Phase.ASKING) {
      around.listener().resumed(this, offset);
      ask(around.clock().nanoTime());
    }
  }

  void receive(NodeId from, SnapshotChunk chunk) {
    boolean expected =
        phase == Phase.ASKING
            && from.equals(source)
            && chunk.getOffset() == offset
            && chunk.getPosition().equals(id.at().toProto());
    if (!expected) {
      return;
    }
    if (chunk.getBlock().isEmpty()) {
      giveUp(source + " no longer has it");
      return;
    }
    long now = around.clock().nanoTime();
    progressAt = now;
    around.pacer().spend(chunk.getBlock().size(), now);
    around.listener().received(this, chunk.getBlock().size());
    write(writer.orElseThrow(), chunk.getBlock());
  }

  private void write(SnapshotWriter to, ByteString block) {
    phase = Phase.WRITING;
    around.lane().run(() -> write(block, to), last -> written(to, last), this::failed);
  }

  /** Whether it was the last one; then the snapshot is durable under its name (R18). */
  private static Boolean write(ByteString block, SnapshotWriter to) throws IOException {
    boolean last = to.receive(block);
    if (last) {
      to.publish();
    }
    return last;
  }

  private void written(SnapshotWriter to, boolean last) {
    if (phase == Phase.ENDED) {
      return;
    }
    offset = to.end();
    if (last) {
      phase = Phase.LOADING;
      SnapshotLoading.begin(
          around.files(), around.lane(), id, emptyRows.get(), this::loaded, this::failed);
    } else {
      rest();
    }
  }

  private void loaded(SnapshotState state) {
    if (phase == Phase.ENDED) {
      state.rows().close();
    } else {
      phase = Phase.ENDED;
      around.listener().ready(this, state);
    }
  }

  private void failed(IOException why) {
    if (phase != Phase.ENDED) {
      giveUp(why.toString());
    }
  }

  /** Nothing of it stays. */
  void giveUp(String why) {
    phase = Phase.ENDED;
    writer.ifPresent(it -> around.lane().run(it::abandon));
    around.lane().run(() -> around.files().delete(id));
    around.listener().givenUp(this, why);
  }
}
