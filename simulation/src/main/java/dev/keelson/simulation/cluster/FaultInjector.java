package dev.keelson.simulation.cluster;

import dev.keelson.core.shard.NodeId;
import dev.keelson.simulation.world.Faults;
import dev.keelson.simulation.world.VirtualTime;
import java.util.List;
import java.util.random.RandomGenerator;

/** Makes the faults of a run happen, each kind at its own pace, until it is stopped. */
public final class FaultInjector {
  private static final long MILLISECOND = 1_000_000;

  private final Cluster cluster;
  private final VirtualTime time;
  private final RandomGenerator random;
  private boolean stopped;
  private long injected;

  public FaultInjector(Cluster cluster, Faults faults) {
    this.cluster = cluster;
    time = cluster.time();
    random = cluster.random();
    every(faults.crashEveryNanos(), this::crash);
    every(faults.blackoutEveryNanos(), this::blackout);
    every(faults.pauseEveryNanos(), this::pause);
    every(faults.cutEveryNanos(), this::cut);
    every(faults.metadataAwayEveryNanos(), this::metadataAway);
    every(faults.handOvers() ? 4_000 * MILLISECOND : 0, this::handOver);
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
    NodeId node = any();
    cluster.crash(node);
    // Short, so that a node comes back within a lease; or long enough to be missed.
    long away = random.nextBoolean() ? random.nextLong(200) : random.nextLong(4_000);
    time.after(away * MILLISECOND, () -> cluster.restart(node));
  }

  /** All at once: what only memory held is gone everywhere. */
  private void blackout() {
    for (NodeId node : cluster.nodes()) {
      cluster.crash(node);
      time.after(random.nextLong(1_500) * MILLISECOND, () -> cluster.restart(node));
    }
  }

  private void pause() {
    SimulatedNode node = cluster.node(any());
    node.pause();
    time.after(random.nextLong(3_000) * MILLISECOND, node::resume);
  }

  private void cut() {
    NodeId one = any();
    NodeId other = any();
    boolean bothWays = random.nextBoolean();
    long notice = random.nextBoolean() ? random.nextLong(20) : random.nextLong(4_000);
    long length = random.nextLong(5_000);
    if (random.nextInt(3) == 0) {
      // A node alone: clients still reach it, its peers don't.
      cluster.nodes().stream()
          .filter(it -> !it.equals(one))
          .forEach(it -> cut(one, it, true, notice, length));
    } else if (!one.equals(other)) {
      cut(one, other, bothWays, notice, length);
    }
  }

  private void cut(
      NodeId one, NodeId other, boolean bothWays, long noticeMillis, long lengthMillis) {
    cluster.cut(one, other, bothWays, noticeMillis * MILLISECOND);
    time.after(lengthMillis * MILLISECOND, () -> cluster.mend(one, other));
  }

  private void metadataAway() {
    cluster.metadata().away(true);
    time.after(random.nextLong(2_000) * MILLISECOND, () -> cluster.metadata().away(false));
  }

  private void handOver() {
    cluster.prefer(cluster.shards().get(random.nextInt(cluster.shards().size())), any());
  }

  private NodeId any() {
    List<NodeId> nodes = cluster.nodes();
    return nodes.get(random.nextInt(nodes.size()));
  }
}
