package dev.keelson.core.replication;

import dev.keelson.core.shard.NodeId;
import dev.keelson.core.shard.ShardId;
import dev.keelson.proto.internal.v1.Heartbeat;
import dev.keelson.proto.internal.v1.HeartbeatAck;
import dev.keelson.proto.internal.v1.LedShard;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Heartbeats of one loop with the other nodes (R10): per pair of nodes, not per shard. The set of
 * led shards travels only when it changed; an ack names the round and the exceptions.
 *
 * <pre>
 *   leader ── round, set version [, set] ──► follower: promises from its receive time
 *          ◄── round, set version, exceptions ──      leader: counts them from its send time
 * </pre>
 */
public final class Heartbeats {
  private static final int ROUNDS_REMEMBERED = 32;

  private final long boot;
  private final Map<NodeId, Outbound> outbound = new HashMap<>();
  private final Map<NodeId, Inbound> inbound = new HashMap<>();

  /** Asks the local replica of a shard for a promise. */
  public interface Promises {
    boolean promise(ShardId shard, NodeId leader, long leaderBoot, long term);
  }

  /** Learns of promises to a shard that is led here. */
  public interface Leases {
    void promised(ShardId shard, NodeId follower, long term, long askedAt);
  }

  /** What we lead, as one peer is told. */
  private static final class Outbound {
    private final ArrayDeque<Round> rounds = new ArrayDeque<>();
    private List<LedShard> shards = List.of();
    private long version;
    private long round;
    private boolean known;
  }

  private record Round(long number, long version, long sentAt) {}

  /** What one peer leads. */
  private record Inbound(long boot, long version, List<LedShard> shards) {}

  public Heartbeats(long boot) {
    this.boot = boot;
  }

  /**
   * The next heartbeat for a peer.
   *
   * @param led the activated leaderships here of shards that the peer takes part in, in a stable
   *     order
   */
  public Optional<Heartbeat> beat(NodeId peer, List<LedShard> led, long now) {
    Outbound out = outbound.computeIfAbsent(peer, it -> new Outbound());
    if (!led.equals(out.shards)) {
      out.shards = List.copyOf(led);
      out.version++;
      out.known = false;
    }
    if (led.isEmpty()) {
      return Optional.empty();
    }
    out.round++;
    if (out.rounds.size() == ROUNDS_REMEMBERED) {
      out.rounds.remove();
    }
    out.rounds.add(new Round(out.round, out.version, now));
    Heartbeat.Builder heartbeat =
        Heartbeat.newBuilder().setRound(out.round).setSetVersion(out.version);
    if (!out.known) {
      heartbeat.setComplete(true).addAllShards(out.shards);
    }
    return Optional.of(heartbeat.build());
  }

  public HeartbeatAck receive(NodeId from, long fromBoot, Heartbeat heartbeat, Promises promises) {
    if (heartbeat.getComplete()) {
      inbound.put(
          from, new Inbound(fromBoot, heartbeat.getSetVersion(), heartbeat.getShardsList()));
    }
    HeartbeatAck.Builder ack =
        HeartbeatAck.newBuilder()
            .setRound(heartbeat.getRound())
            .setSetVersion(heartbeat.getSetVersion())
            .setBoot(boot);
    Inbound known = inbound.get(from);
    if (known == null || known.boot() != fromBoot || known.version() != heartbeat.getSetVersion()) {
      return ack.setSetUnknown(true).build();
    }
    for (LedShard led : known.shards()) {
      if (!promises.promise(new ShardId(led.getShard()), from, fromBoot, led.getTerm())) {
        ack.addExceptions(led.getShard());
      }
    }
    return ack.build();
  }

  public void receive(NodeId from, HeartbeatAck ack, Leases leases) {
    Outbound out = outbound.get(from);
    if (out == null) {
      return;
    }
    if (ack.getSetUnknown()) {
      out.known = false;
      return;
    }
    Optional<Round> round =
        out.rounds.stream().filter(it -> it.number() == ack.getRound()).findFirst();
    if (round.isEmpty()
        || round.get().version() != out.version
        || ack.getSetVersion() != out.version) {
      return;
    }
    out.known = true;
    Set<Integer> exceptions = new HashSet<>(ack.getExceptionsList());
    for (LedShard led : out.shards) {
      if (!exceptions.contains(led.getShard())) {
        leases.promised(new ShardId(led.getShard()), from, led.getTerm(), round.get().sentAt());
      }
    }
  }

  /** The stream to a peer is new: what it knows of us, and we of it, begins anew. */
  public void restart(NodeId peer) {
    inbound.remove(peer);
    Outbound out = outbound.get(peer);
    if (out != null) {
      out.known = false;
      out.rounds.clear();
    }
  }
}
