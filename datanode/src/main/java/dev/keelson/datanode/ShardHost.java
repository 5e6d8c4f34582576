package dev.keelson.datanode;

import dev.keelson.coordination.MetadataKeys;
import dev.keelson.coordination.MetadataStore;
import dev.keelson.coordination.MetadataStore.Entry;
import dev.keelson.coordination.MetadataStore.Listing;
import dev.keelson.coordination.MetadataStore.Subscription;
import dev.keelson.core.shard.ReplicaId;
import dev.keelson.core.shard.ShardConfig;
import dev.keelson.core.shard.ShardId;
import dev.keelson.datanode.shard.MetadataShardRecords;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the loop which replicas lie on this node, as etcd says. A replica on another disk than the
 * node has now is lost, and is not made again under its old name (R13).
 *
 * <p>Removing a replica destroys its log, so what a listing merely lacks goes only after a further
 * look has shown that etcd is the one it was (R14).
 */
final class ShardHost implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ShardHost.class);

  private final ReplicaId self;
  private final Consumer<ShardConfig> configured;
  private final Consumer<ShardId> removed;
  private final Consumer<Runnable> whenSure;
  private final Set<ShardId> hosted;
  private final Map<ShardId, ShardConfig> known = new HashMap<>();
  private final Set<ShardId> lost = new HashSet<>();
  private boolean listed;
  private @Nullable Subscription subscription;

  /**
   * @param self the node, and the disk that its replicas lie on
   * @param recovered shards that the journal holds
   * @param configured told of each record of a replica that lies here, or lay here until then
   * @param removed told of each shard that was dropped
   * @param whenSure runs what must not follow from a wrong etcd, once that is known
   */
  ShardHost(
      ReplicaId self,
      Set<ShardId> recovered,
      Consumer<ShardConfig> configured,
      Consumer<ShardId> removed,
      Consumer<Runnable> whenSure) {
    this.self = self;
    this.hosted = new HashSet<>(recovered);
    this.configured = configured;
    this.removed = removed;
    this.whenSure = whenSure;
  }

  void follow(MetadataStore store) {
    subscription = store.watch(MetadataKeys.SHARDS, new ShardWatcher());
  }

  /** All shards of the cluster, as last heard. */
  synchronized List<ShardConfig> shards() {
    return List.copyOf(known.values());
  }

  /** How many replicas should be here; absent before etcd has told. */
  synchronized Optional<Long> expected() {
    return listed
        ? Optional.of(known.values().stream().filter(this::isMine).count())
        : Optional.empty();
  }

  /** Replicas that lay on a disk that is no longer here. */
  synchronized int lostReplicas() {
    return lost.size();
  }

  private boolean isMine(ShardConfig config) {
    return config.replicaOn(self.node(), self.storage()).isPresent();
  }

  private final class ShardWatcher implements MetadataStore.Watcher {
    @Override
    public void reset(Listing all) {
      Set<ShardId> gone = listed(all);
      if (!gone.isEmpty()) {
        whenSure.accept(() -> remove(gone));
      }
    }

    @Override
    public void changed(List<Entry> puts, List<String> deletes, long revision) {
      synchronized (ShardHost.this) {
        puts.forEach(ShardHost.this::put);
        for (String key : deletes) {
          shardOf(key).ifPresent(known::remove);
        }
      }
      for (String key : deletes) {
        shardOf(key).ifPresent(it -> remove(Set.of(it)));
      }
    }
  }

  private synchronized Set<ShardId> listed(Listing all) {
    Set<ShardId> gone = new HashSet<>(hosted);
    known.clear();
    // By key: a record that can't be read is still there.
    all.entries().forEach(it -> shardOf(it.key()).ifPresent(gone::remove));
    all.entries().forEach(this::put);
    listed = true;
    return gone;
  }

  private void put(Entry entry) {
    Optional<ShardConfig> parsed = MetadataShardRecords.parse(entry);
    if (parsed.isEmpty()) {
      return;
    }
    ShardConfig config = parsed.get();
    known.put(config.id(), config);
    Optional<ReplicaId> here = config.replicaOn(self.node());
    if (isMine(config)) {
      hosted.add(config.id());
      lost.remove(config.id());
      configured.accept(config);
      return;
    }
    if (hosted.contains(config.id())) {
      // R12: the replica retires, but not because of an etcd that was set back (R14).
      whenSure.accept(() -> configured.accept(config));
    }
    if (here.isEmpty() && hosted.remove(config.id())) {
      LOG.info("{}: its replica here is no longer wanted and retires", config.id());
    }
    if (here.isPresent()) {
      if (lost.add(config.id())) {
        LOG.error(
            "the replica of {} that this node should hold lay on disk {}, which is gone; the other"
                + " voters go on without it",
            config.id(),
            here.get().storage());
      }
    } else {
      lost.remove(config.id());
    }
  }

  private synchronized void remove(Set<ShardId> shards) {
    for (ShardId shard : shards) {
      if (!known.containsKey(shard) && hosted.remove(shard)) {
        LOG.info("{} was dropped; its replica here goes too", shard);
        removed.accept(shard);
      }
    }
  }

  private static Optional<ShardId> shardOf(String key) {
    try {
      int number = Integer.parseInt(key.substring(MetadataKeys.SHARDS.length()));
      return Optional.of(new ShardId(number));
    } catch (IllegalArgumentException e) {
      LOG.warn("{} is no shard's key", key);
      return Optional.empty();
    }
  }

  @Override
  public void close() {
    Subscription open = subscription;
    if (open != null) {
      open.close();
    }
  }
}
