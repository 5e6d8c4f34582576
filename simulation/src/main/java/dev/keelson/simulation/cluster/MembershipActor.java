package dev.keelson.simulation.cluster;

import dev.keelson.coordination.MetadataKeys;
import dev.keelson.coordination.MetadataStore.Swap;
import dev.keelson.core.shard.NodeId;
import dev.keelson.core.shard.ReplicaId;
import dev.keelson.core.shard.ShardConfig;
import dev.keelson.core.shard.ShardId;
import dev.keelson.core.shard.WantedVoters;
import dev.keelson.datanode.shard.MetadataShardRecords;
import dev.keelson.simulation.world.MembershipFaults;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * A controller without judgement: wants voters by chance, while nodes lose their disks or never
 * come back. Never takes more from a shard than a minority of what decides there, since what a
 * majority has lost no protocol brings back.
 */
public final class MembershipActor {
  private static final long MILLISECOND = 1_000_000;

  private final Cluster cluster;
  private final MembershipFaults faults;
  private boolean stopped;
  private long wishes;
  private long lostDisks;

  public MembershipActor(Cluster cluster, MembershipFaults faults) {
    this.cluster = cluster;
    this.faults = faults;
    cluster.metadata().observe(it -> MetadataShardRecords.parse(it).ifPresent(this::ambush));
    every(faults.changeEveryNanos(), this::change);
    every(faults.replaceDiskEveryNanos(), this::replaceDisk);
    every(faults.deadEveryNanos(), this::killForGood);
  }

  private void every(long meanNanos, Runnable act) {
    if (meanNanos > 0) {
      cluster
          .time()
          .after(
              cluster.random().nextLong(2 * meanNanos),
              () -> {
                if (!stopped) {
                  act.run();
                  every(meanNanos, act);
                }
              });
    }
  }

  public long wishes() {
    return wishes;
  }

  /** Nodes whose disk was replaced, or that never came back. */
  public long lostDisks() {
    return lostDisks;
  }

  /** From now on only wishes that replace what is gone, as a controller has them. */
  public void stop() {
    stopped = true;
    repair();
  }

  private void repair() {
    for (ShardId shard : cluster.shards()) {
      ShardConfig record = cluster.record(shard);
      if (!goal(record).stream().allMatch(cluster::isThere)) {
        want(record, repaired(record));
      }
    }
    cluster.time().after(500 * MILLISECOND, this::repair);
  }

  private static List<ReplicaId> goal(ShardConfig shard) {
    return shard.wanted().map(WantedVoters::voters).orElse(shard.voters());
  }

  /** A term with two sets has begun: one of them is struck. */
  private void ambush(ShardConfig shard) {
    if (stopped
        || !shard.isChanging()
        || shard.leader().isPresent()
        || cluster.random().nextDouble() >= faults.ambush()) {
      return;
    }
    List<ReplicaId> joining = new ArrayList<>(shard.voters());
    joining.removeAll(shard.previousVoters());
    List<ReplicaId> leaving = new ArrayList<>(shard.previousVoters());
    leaving.removeAll(shard.voters());
    List<ReplicaId> struck = random(4) > 0 ? joining : leaving;
    for (ReplicaId replica : struck) {
      NodeId node = replica.node();
      cluster
          .time()
          .after(
              random(30) * MILLISECOND,
              () -> {
                if (!stopped) {
                  cluster.crash(node);
                  cluster.time().after(random(8_000) * MILLISECOND, () -> cluster.restart(node));
                }
              });
    }
  }

  private void change() {
    List<ShardId> shards = cluster.shards();
    ShardConfig shard = cluster.record(shards.get(random(shards.size())));
    List<NodeId> nodes = new ArrayList<>(cluster.living());
    int size = Math.min(nodes.size(), 3 + 2 * random(2));
    while (nodes.size() > size - (size + 1) % 2) {
      nodes.remove(random(nodes.size()));
    }
    want(shard, nodes);
  }

  /** Those that are there, and others in place of those that aren't. */
  private List<NodeId> repaired(ShardConfig shard) {
    List<ReplicaId> goal = goal(shard);
    List<NodeId> nodes =
        new ArrayList<>(
            goal.stream().map(ReplicaId::node).filter(cluster.living()::contains).toList());
    Stream.concat(shard.replicas().stream().map(ReplicaId::node), cluster.living().stream())
        .filter(it -> cluster.living().contains(it) && !nodes.contains(it))
        .distinct()
        .limit(goal.size() - nodes.size())
        .toList()
        .forEach(nodes::add);
    return nodes.size() % 2 == 1 ? nodes : nodes.subList(0, nodes.size() - 1);
  }

  /** While a change is under way nobody wants another: it may yet be undone. */
  private void want(ShardConfig shard, List<NodeId> nodes) {
    if (shard.isChanging()) {
      return;
    }
    List<ReplicaId> voters =
        nodes.stream().map(it -> shard.candidate(it, cluster.node(it).diskName())).toList();
    ShardConfig next = shard.withWanted(new WantedVoters(voters, "by chance"));
    wishes++;
    cluster
        .metadata()
        .swap(
            Swap.put(
                MetadataKeys.shard(shard.id()), shard.revision(), next.toRecord().toByteString()));
  }

  private void replaceDisk() {
    NodeId node = anyLiving();
    if (mayLose(node)) {
      lostDisks++;
      cluster.crash(node);
      cluster.node(node).replaceDisk();
      cluster.time().after(random(2_000) * MILLISECOND, () -> cluster.restart(node));
    }
  }

  private void killForGood() {
    NodeId node = anyLiving();
    if (cluster.living().size() > 3 && mayLose(node)) {
      lostDisks++;
      cluster.crash(node);
      cluster.node(node).killForGood();
    }
  }

  private boolean mayLose(NodeId node) {
    return cluster.shards().stream()
        .map(cluster::record)
        .allMatch(
            shard ->
                mayLose(node, shard.voters())
                    && mayLose(node, shard.previousVoters())
                    && mayLose(node, shard.wanted().map(WantedVoters::voters).orElse(List.of())));
  }

  private boolean mayLose(NodeId node, List<ReplicaId> set) {
    long lost = set.stream().filter(it -> it.node().equals(node) || !cluster.isThere(it)).count();
    return lost <= Math.max(0, (set.size() - 1) / 2);
  }

  private NodeId anyLiving() {
    List<NodeId> living = cluster.living();
    return living.get(random(living.size()));
  }

  private int random(int bound) {
    return cluster.random().nextInt(bound);
  }
}
