package dev.keelson.datanode;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.keelson.coordination.MetadataKeys;
import dev.keelson.coordination.MetadataStore;
import dev.keelson.coordination.MetadataStore.Listing;
import dev.keelson.coordination.MetadataStore.Swap;
import dev.keelson.core.shard.NodeId;
import dev.keelson.core.shard.ReplicaId;
import dev.keelson.core.shard.ShardConfig;
import dev.keelson.core.shard.ShardId;
import dev.keelson.datanode.membership.Membership;
import dev.keelson.proto.internal.v1.NodeRecord;
import java.time.Duration;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Before a node stops it asks for other leaders of what it leads, so that a planned stop costs
 * milliseconds instead of a failover. A wish only: the shard's leader hands over when the other is
 * caught up, and the stop goes on after a while in any case.
 */
final class LeaderEvacuation {
  private static final Logger LOG = LoggerFactory.getLogger(LeaderEvacuation.class);
  private static final long LOOK_MILLIS = 20;

  private final DataNodeConfig config;
  private final Membership membership;
  private final ShardHost host;
  private final NodeReport report;
  private final NodeRegistration registration;

  LeaderEvacuation(
      DataNodeConfig config,
      Membership membership,
      ShardHost host,
      NodeReport report,
      NodeRegistration registration) {
    this.config = config;
    this.membership = membership;
    this.host = host;
    this.report = report;
    this.registration = registration;
  }

  void run() throws InterruptedException {
    long deadline = System.nanoTime() + config.handOverLimit().toNanos();
    try {
      Set<ShardId> led = report.led();
      if (led.isEmpty() || config.handOverLimit().isZero()) {
        return;
      }
      // Else the controller would give back what is handed over.
      registration.leave(Duration.ofSeconds(1));
      Map<NodeId, Integer> others = others(deadline);
      host.shards().stream()
          .filter(it -> led.contains(it.id()))
          .forEach(it -> successor(it, others).ifPresent(next -> prefer(it, next)));
      Set<ShardId> left = led;
      while (!left.isEmpty() && !others.isEmpty() && System.nanoTime() < deadline) {
        Thread.sleep(LOOK_MILLIS);
        left = report.engaged();
      }
      LOG.info("handed over {} of {} leaders", led.size() - left.size(), led.size());
    } catch (ExecutionException | TimeoutException | InvalidProtocolBufferException e) {
      LOG.info("stopping without handing over leaders: {}", e.toString());
    }
  }

  /** Who could lead, and how much each leads when all is well. */
  private Map<NodeId, Integer> others(long deadline)
      throws InterruptedException,
          ExecutionException,
          TimeoutException,
          InvalidProtocolBufferException {
    CompletableFuture<Listing> asked =
        membership.store().list(MetadataKeys.NODES).toCompletableFuture();
    Listing nodes = asked.get(Math.max(1, deadline - System.nanoTime()), TimeUnit.NANOSECONDS);
    Map<NodeId, Integer> others = new TreeMap<>();
    for (MetadataStore.Entry entry : nodes.entries()) {
      NodeRecord record = NodeRecord.parseFrom(entry.value());
      if (!record.getLeaving()) {
        others.put(new NodeId(record.getNode()), 0);
      }
    }
    others.remove(config.node());
    for (ShardConfig shard : host.shards()) {
      shard
          .preferredLeader()
          .ifPresent(it -> others.computeIfPresent(it, (node, leads) -> leads + 1));
    }
    return others;
  }

  /** The one that leads least, counting what it gets here. */
  private static Optional<NodeId> successor(ShardConfig shard, Map<NodeId, Integer> others) {
    Optional<NodeId> least =
        shard.voters().stream()
            .map(ReplicaId::node)
            .filter(others::containsKey)
            .min(Comparator.comparingInt(it -> others.getOrDefault(it, 0)));
    least.ifPresent(it -> others.merge(it, 1, Integer::sum));
    return least;
  }

  private void prefer(ShardConfig shard, NodeId next) {
    Swap swap =
        Swap.put(
            MetadataKeys.shard(shard.id()),
            shard.revision(),
            shard.toRecord().toBuilder().setPreferredLeader(next.name()).build().toByteString());
    var unused =
        membership
            .store()
            .swap(swap)
            .thenAccept(result -> LOG.debug("{} to {}: {}", shard.id(), next, result));
  }
}
