package dev.keelson.datanode.shard;

import com.google.protobuf.ByteString;
import dev.keelson.core.replication.Position;
import dev.keelson.core.shard.NodeId;
import dev.keelson.core.shard.ShardId;
import dev.keelson.datanode.snapshot.BackgroundLane;
import dev.keelson.datanode.snapshot.SnapshotEvent;
import dev.keelson.datanode.snapshot.SnapshotFiles;
import dev.keelson.datanode.snapshot.SnapshotId;
import dev.keelson.proto.internal.v1.PeerMessage;
import dev.keelson.proto.internal.v1.SnapshotChunk;
import dev.keelson.proto.internal.v1.SnapshotRequest;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Gives peers the blocks of snapshots that they ask for, each checked before it is sent; one at a
 * time for each of them and shard. Of the loop's thread.
 */
final class SnapshotServing {
  private final SnapshotFiles files;
  private final BackgroundLane lane;
  private final Peers peers;
  private final LoopEvents events;
  private final Consumer<ShardId> damaged;
  private final Set<Asked> underWay = new HashSet<>();

  private record Asked(NodeId peer, ShardId shard) {}

  /**
   * @param damaged told when a snapshot that is asked for can't be read
   */
  SnapshotServing(
      SnapshotFiles files,
      BackgroundLane lane,
      Peers peers,
      LoopEvents events,
      Consumer<ShardId> damaged) {
    this.damaged = damaged;
    this.files = files;
    this.lane = lane;
    this.peers = peers;
    this.events = events;
  }

  void receive(NodeId from, ShardId shard, SnapshotRequest request) {
    Asked asked = new Asked(from, shard);
    if (!underWay.add(asked)) {
      // It asks again when the answer takes long.
      return;
    }
    SnapshotId id = new SnapshotId(shard, Position.fromProto(request.getPosition()));
    lane.run(
        () -> files.block(id, request.getOffset()),
        block -> answer(asked, request, block),
        why -> {
          events.snapshot(shard, new SnapshotEvent.Damaged(why.toString()));
          damaged.accept(shard);
          answer(asked, request, Optional.empty());
        });
  }

  private void answer(Asked asked, SnapshotRequest request, Optional<ByteString> block) {
    underWay.remove(asked);
    block.ifPresent(it -> events.snapshot(asked.shard(), new SnapshotEvent.Sent(it.size())));
    SnapshotChunk.Builder chunk =
        SnapshotChunk.newBuilder()
            .setPosition(request.getPosition())
            .setOffset(request.getOffset())
            .setBlock(block.orElse(ByteString.EMPTY));
    peers.send(
        asked.peer(),
        PeerMessage.newBuilder().setShard(asked.shard().number()).setSnapshotChunk(chunk).build());
  }
}
