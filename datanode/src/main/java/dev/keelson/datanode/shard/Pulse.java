package dev.keelson.datanode.shard;

import dev.keelson.core.replication.Heartbeats;
import dev.keelson.core.replication.Replica;
import dev.keelson.core.shard.NodeId;
import dev.keelson.core.shard.ShardId;
import dev.keelson.proto.internal.v1.HeartbeatAck;
import dev.keelson.proto.internal.v1.LedShard;
import dev.keelson.proto.internal.v1.PeerMessage;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Beats for all shards that are led on a loop (R10): only while the loop turns. Of the loop's
 * thread.
 */
final class Pulse {
  private final long interval;
  private final Map<ShardId, HostedShard> shards;
  private final Peers peers;
  private final Heartbeats heartbeats;
  private final Set<NodeId> told = new TreeSet<>();
  private long dueAt;

  Pulse(LoopSettings settings, Map<ShardId, HostedShard> shards, Peers peers) {
    this.interval = settings.replication().heartbeat().toNanos();
    this.shards = shards;
    this.peers = peers;
    heartbeats = new Heartbeats(settings.boot());
  }

  void restart(NodeId peer) {
    heartbeats.restart(peer);
  }

  /** Whether the message is one of the pair's heartbeats, and thus done with. */
  boolean handles(NodeId from, long fromBoot, PeerMessage message, long now) {
    if (message.hasHeartbeat()) {
      HeartbeatAck ack =
          heartbeats.receive(
              from,
              fromBoot,
              message.getHeartbeat(),
              (shard, leader, boot, term) -> promise(shard, leader, boot, term, now));
      peers.send(from, PeerMessage.newBuilder().setHeartbeatAck(ack).build());
      return true;
    }
    if (message.hasHeartbeatAck()) {
      heartbeats.receive(
          from,
          message.getHeartbeatAck(),
          (shard, follower, term, askedAt) -> promised(shard, follower, term, askedAt, now));
      return true;
    }
    return false;
  }

  private boolean promise(ShardId id, NodeId leader, long boot, long term, long now) {
    HostedShard shard = shards.get(id);
    return shard != null && !shard.isStopped() && shard.replica().promise(leader, boot, term, now);
  }

  private void promised(ShardId id, NodeId follower, long term, long askedAt, long now) {
    HostedShard shard = shards.get(id);
    if (shard != null) {
      shard.replica().promised(follower, term, askedAt, now);
    }
  }

  void beatIfDue(long now) {
    if (now >= dueAt) {
      beat(now);
    }
  }

  /**
   * To be called when leaders have changed: a new one asks for promises as soon as its followers
   * know it, so that it can serve by lease.
   */
  void beat(long now) {
    dueAt = now + interval;
    Map<NodeId, List<LedShard>> byPeer = new TreeMap<>();
    told.forEach(peer -> byPeer.put(peer, new ArrayList<>()));
    for (HostedShard shard : shards.values()) {
      Replica replica = shard.replica();
      if (!shard.isStopped() && replica.leadingTerm() > 0) {
        LedShard entry =
            LedShard.newBuilder()
                .setShard(shard.id().number())
                .setTerm(replica.leadingTerm())
                .build();
        replica
            .peers()
            .forEach(it -> byPeer.computeIfAbsent(it, key -> new ArrayList<>()).add(entry));
      }
    }
    told.addAll(byPeer.keySet());
    byPeer.forEach(
        (peer, entries) ->
            heartbeats
                .beat(peer, entries, now)
                .ifPresent(
                    it -> peers.send(peer, PeerMessage.newBuilder().setHeartbeat(it).build())));
  }
}
