package dev.keelson.simulation.cluster;

import dev.keelson.coordination.MetadataKeys;
import dev.keelson.coordination.MetadataStore.Change;
import dev.keelson.coordination.MetadataStore.Entry;
import dev.keelson.coordination.MetadataStore.Swap;
import dev.keelson.coordination.MetadataStore.SwapResult;
import dev.keelson.core.shard.NodeId;
import dev.keelson.core.shard.ShardConfig;
import dev.keelson.datanode.peer.EtcdWitness.Seen;
import dev.keelson.datanode.shard.MetadataShardRecords;
import dev.keelson.simulation.check.Coverage.Event;
import dev.keelson.simulation.world.SimulatedMetadataStore;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** What one process asks of the metadata store, and which store has done it. */
final class OwnSwaps implements SimulatedMetadataStore.Swaps {
  private final NodeId node;
  private final Cluster cluster;
  private final Supplier<Seen> seen;
  private final BooleanSupplier isAlarmed;
  private final Map<Swap, Seen> asked = new HashMap<>();

  OwnSwaps(NodeId node, Cluster cluster, Supplier<Seen> seen, BooleanSupplier isAlarmed) {
    this.node = node;
    this.cluster = cluster;
    this.seen = seen;
    this.isAlarmed = isAlarmed;
  }

  @Override
  public void asked(Swap swap) {
    cluster.etcdRules().asked(node, isAlarmed.getAsBoolean());
    asked.put(swap, seen.get());
    cluster.asked(swap);
  }

  @Override
  public void done(Swap swap, SwapResult result) {
    Seen before = Optional.ofNullable(asked.remove(swap)).orElseGet(() -> new Seen(0, 0));
    if (result instanceof SwapResult.Swapped swapped && isAnother(before, swapped)) {
      cluster.coverage().saw(Event.STEP_IN_A_WRONG_ETCD);
      for (Change change : swap.changes()) {
        record(change)
            .ifPresent(
                it ->
                    cluster
                        .etcdRules()
                        .doneByAnother(node, it.id(), it.term(), it.leader().isPresent()));
      }
    }
  }

  private static boolean isAnother(Seen before, SwapResult.Swapped swapped) {
    return before.storeId() != 0
        && (before.storeId() != swapped.storeId() || before.revision() > swapped.revision());
  }

  private static Optional<ShardConfig> record(Change change) {
    return change instanceof Change.Put put && put.key().startsWith(MetadataKeys.SHARDS)
        ? MetadataShardRecords.parse(new Entry(put.key(), put.value(), 0))
        : Optional.empty();
  }

  @Override
  public void answerLost(Swap swap) {
    cluster.answerLost(swap);
  }
}
