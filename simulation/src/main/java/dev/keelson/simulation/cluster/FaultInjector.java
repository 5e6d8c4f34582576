package dev.keelson.simulation.cluster;

import dev.keelson.core.shard.NodeId;
import dev.keelson.simulation.check.Coverage.Event;
import dev.keelson.simulation.world.Ambush;
import dev.keelson.simulation.world.Ambush.Moment;
import dev.keelson.simulation.world.Faults;
import dev.keelson.simulation.world.VirtualTime;
import java.util.List;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/** Makes the faults of a run happen, each kind at its own pace, until it is stopped. */
public final class FaultInjector {
  private final Cluster cluster;
  private final VirtualTime time;
  private final RandomGenerator random;
  private final Faults faults;
  private final long lease;
  private long quietUntil;
  private boolean stopped;
  private long injected;

  public FaultInjector(Cluster cluster, Faults faults) {
    this.cluster = cluster;
    this.faults = faults;
    time = cluster.time();
    random = cluster.random();
    lease = cluster.shape().leaseNanos();
    cluster.ambushes(this::moment);
    every(faults.crashEveryNanos(), this::crash);
    every(faults.blackoutEveryNanos(), this::blackout);
    every(faults.pauseEveryNanos(), () -> pause(any()));
    every(faults.cutEveryNanos(), this::cut);
    every(faults.metadataAwayEveryNanos(), this::metadataAway);
    every(faults.handOverEveryNanos(), this::handOver);
    every(2 * lease, this::badDisk);
  }

  public void stop() {
    stopped = true;
  }

  public long injected() {
    return injected;
  }

  private void every(long meanNanos, Runnable fault) {
    if (meanNanos > 0) {
      time.after(
          random.nextLong(2 * meanNanos),
          () -> {
            if (!stopped) {
              injected++;
              fault.run();
              every(meanNanos, fault);
            }
          });
    }
  }

  private void crash() {
    // Short, so that a node comes back within a lease; or long enough to be missed.
    crash(any(), random.nextBoolean() ? lease / 5 : 4 * lease);
  }

  private void crash(NodeId node, long awayAtMost) {
    cluster.crash(node);
    time.after(random.nextLong(awayAtMost), () -> cluster.restart(node));
  }

  /** All at once: what only memory held is gone everywhere. */
  private void blackout() {
    cluster.nodes().forEach(node -> crash(node, 3 * lease / 2));
  }

  private void pause(NodeId id) {
    SimulatedNode node = cluster.node(id);
    boolean leading = node.isLeading();
    long boot = node.boot();
    long length = random.nextLong(3 * lease);
    cluster.trace(() -> id + " pauses for " + length / 1_000 + " us");
    node.pause();
    time.after(
        length,
        () -> {
          if (leading && length > lease && node.boot() == boot) {
            cluster.coverage().saw(Event.LEADER_PAUSED_LONGER_THAN_ITS_LEASE);
          }
          node.resume();
        });
  }

  private void cut() {
    NodeId one = any();
    NodeId other = any();
    if (random.nextInt(3) == 0) {
      isolate(one);
    } else if (!one.equals(other)) {
      cut(one, other, random.nextBoolean(), notice(), random.nextLong(5 * lease));
    }
  }

  /** A node alone: clients still reach it, its peers don't. */
  private void isolate(NodeId one) {
    boolean bothWays = random.nextInt(4) > 0;
    long notice = notice();
    long length = random.nextLong(4 * lease);
    others(one, it -> cut(one, it, bothWays, notice, length));
  }

  private void others(NodeId one, Consumer<NodeId> deed) {
    cluster.nodes().stream().filter(it -> !it.equals(one)).forEach(deed);
  }

  private long notice() {
    return random.nextBoolean() ? random.nextLong(lease / 50) : random.nextLong(4 * lease);
  }

  private void cut(NodeId one, NodeId other, boolean bothWays, long notice, long length) {
    cluster.cut(one, other, bothWays, notice);
    time.after(length, () -> cluster.mend(one, other));
  }

  private void metadataAway() {
    cluster.metadata().away(true);
    time.after(random.nextLong(2 * lease), () -> cluster.metadata().away(false));
  }

  private void handOver() {
    cluster.prefer(cluster.shards().get(random.nextInt(cluster.shards().size())), any());
  }

  private NodeId any() {
    List<NodeId> nodes = cluster.nodes();
    return nodes.get(random.nextInt(nodes.size()));
  }

  // ---- the one bad disk

  private void badDisk() {
    NodeId id = cluster.badNode();
    SimulatedNode node = cluster.node(id);
    cluster.trace(() -> "disk of " + id + ": " + cluster.shape().badDisk());
    switch (cluster.shape().badDisk()) {
      case NONE -> {}
      case ROTS -> {
        cluster.crash(id);
        node.rotDisk();
        time.after(random.nextLong(lease), () -> cluster.restart(id));
      }
      case IS_LOST -> {
        cluster.crash(id);
        node.loseDisk();
        cluster.coverage().saw(Event.DISK_LOST);
        time.after(random.nextLong(lease), () -> cluster.restart(id));
      }
      case FAILS_A_FORCE -> node.failForce();
      case FILLS -> {
        node.fillDisk();
        cluster.coverage().saw(Event.DISK_FULL);
        time.after(random.nextLong(2 * lease), node::emptyDisk);
      }
    }
  }

  // ---- ambushes

  /** At most one in a while, so that there is always something left to hurt. */
  private void moment(Moment moment, NodeId it, NodeId other) {
    if (stopped || time.now() < quietUntil) {
      return;
    }
    for (Ambush ambush : faults.ambushes()) {
      if (ambush.moment() == moment && random.nextDouble() < ambush.share()) {
        quietUntil = time.now() + lease / 4 + random.nextLong(lease);
        injected++;
        long most = (long) (ambush.delayShare() * faults.diskNanos()) + 1;
        time.after(random.nextLong(most), () -> spring(ambush, it, other));
        return;
      }
    }
  }

  private void spring(Ambush ambush, NodeId it, NodeId other) {
    if (stopped) {
      return;
    }
    cluster.trace(() -> ambush.moment() + " of " + it + ": " + ambush.deed());
    switch (ambush.deed()) {
      case CRASH_IT -> crash(it, lease / 10);
      case CRASH_IT_FOR_LONG -> crash(it, 4 * lease);
      case CRASH_THE_OTHER -> crash(other, lease / 10);
      case ISOLATE_IT -> isolate(it);
      case ISOLATE_THE_OTHER -> isolate(other);
      case ISOLATE_IT_AND_RESTART_THE_OTHERS -> {
        isolate(it);
        others(it, node -> crash(node, lease / 10));
      }
      case RESTART_ALL -> cluster.nodes().forEach(node -> crash(node, lease / 10));
      case PAUSE_IT -> pause(it);
      case PAUSE_THE_OTHER -> pause(other);
      case DEAFEN_IT -> others(it, node -> cut(node, it, false, 4 * lease, lease));
      case SLOW_ITS_DISK -> slowDisk(it);
    }
  }

  private void slowDisk(NodeId id) {
    cluster.node(id).slowDisk(1 + random.nextInt(50));
    time.after(random.nextLong(2 * lease), () -> cluster.node(id).slowDisk(1));
  }
}
