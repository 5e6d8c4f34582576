package dev.keelson.router.route;

import dev.keelson.core.shard.NodeId;
import dev.keelson.core.shard.ShardConfig;
import dev.keelson.core.shard.ShardId;
import dev.keelson.core.shard.ShardMap;
import dev.keelson.router.node.NodeLink;
import dev.keelson.router.node.NodeLinks;
import dev.keelson.router.node.NodeRequest;
import io.netty.channel.EventLoop;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Sends requests to shards. Thread-safe; never blocks. */
public final class ShardCalls {
  private final NodeLinks links;
  private final RetryConfig retries;
  private final RouteMetrics metrics;
  private final Leaders leaders = new Leaders();
  private final WaitingRoom waitingRoom;
  private final AtomicInteger turn = new AtomicInteger();

  public ShardCalls(NodeLinks links, EventLoop loop, RetryConfig retries, RouteMetrics metrics) {
    this.links = links;
    this.retries = retries;
    this.metrics = metrics;
    this.waitingRoom = new WaitingRoom(loop);
  }

  /** Asks the leader, whoever that is by the deadline. */
  public void leader(Target target, NodeRequest request, long deadlineNanos, ShardReply reply) {
    new ShardCall(this, target, request, false, deadlineNanos, reply).attempt();
  }

  /** Asks the nearest replica that answers; for reads that need not be fresh. */
  public void nearest(Target target, NodeRequest request, long deadlineNanos, ShardReply reply) {
    new ShardCall(this, target, request, true, deadlineNanos, reply).attempt();
  }

  public ShardMap map() {
    return leaders.map();
  }

  /** How many requests wait for a leader now. */
  public int parked() {
    return waitingRoom.size();
  }

  /** Routes by a new map from now on; what waits for an old leader goes to the new one. */
  public void mapChanged(ShardMap changed) {
    ShardMap before = leaders.map();
    leaders.mapChanged(changed);
    for (ShardConfig shard : changed.shards()) {
      // An election shows twice: first as a later term without a leader, then with one.
      boolean newLeader =
          before
              .shard(shard.id())
              .map(old -> old.term() < shard.term() || old.leader().isEmpty())
              .orElse(false);
      if (newLeader && shard.leader().isPresent()) {
        leaveOldLeaders(shard.id(), shard.leader().get());
      }
    }
    waitingRoom.news();
  }

  /** A link came up: what waits for its node need wait no longer. */
  public void linkOpened() {
    waitingRoom.news();
  }

  private void leaveOldLeaders(ShardId shard, NodeId leader) {
    for (NodeLink link : links.all()) {
      if (!link.node().equals(leader)) {
        link.newLeaderElsewhere(shard.number());
      }
    }
  }

  Leaders leaders() {
    return leaders;
  }

  RetryConfig retries() {
    return retries;
  }

  RouteMetrics metrics() {
    return metrics;
  }

  /** A node said who leads; whoever waits for the shard may ask there. */
  boolean learned(ShardConfig shard, Leader told) {
    boolean news = leaders.learned(shard, told);
    if (news) {
      waitingRoom.news();
    }
    return news;
  }

  void park(ShardCall call) {
    waitingRoom.park(call);
  }

  @Nullable NodeLink openLink(NodeId node) {
    NodeLink link = links.link(node);
    return link != null && link.isOpen() ? link : null;
  }

  /**
   * A connected replica that wasn't tried, in the router's own zone if there is one. When one was
   * tried, the leader comes last: it can answer what the others can't, and has the most to do.
   */
  @Nullable NodeLink nearestLink(ShardConfig shard, Set<NodeId> tried) {
    List<NodeLink> near = new ArrayList<>();
    List<NodeLink> far = new ArrayList<>();
    for (var replica : shard.voters()) {
      NodeLink link = openLink(replica.node());
      if (link != null && !tried.contains(replica.node())) {
        (links.isNear(replica.node()) ? near : far).add(link);
      }
    }
    if (!tried.isEmpty() && near.size() + far.size() > 1) {
      shard.leader().ifPresent(leader -> near.removeIf(it -> it.node().equals(leader)));
      shard.leader().ifPresent(leader -> far.removeIf(it -> it.node().equals(leader)));
    }
    List<NodeLink> choice = near.isEmpty() ? far : near;
    return choice.isEmpty()
        ? null
        : choice.get(Math.floorMod(turn.getAndIncrement(), choice.size()));
  }
}
