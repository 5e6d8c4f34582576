package dev.keelson.coordination;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.keelson.coordination.MetadataStore.Entry;
import dev.keelson.coordination.MetadataStore.Listing;
import dev.keelson.coordination.MetadataStore.Subscription;
import dev.keelson.core.shard.ShardConfig;
import dev.keelson.core.shard.ShardId;
import dev.keelson.core.shard.ShardMap;
import dev.keelson.proto.internal.v1.ShardRecord;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Keeps the {@link ShardMap} of this process up to date. Thread-safe. */
public final class ShardMapWatch implements AutoCloseable {
  private final Listener listener;
  private final Subscription watch;
  private volatile ShardMap map = ShardMap.EMPTY;
  private volatile boolean ready;

  /** Sees each map; called one at a time, on a thread of the store. */
  public interface Listener {
    /**
     * All shards there are; those that were known before and aren't here are gone.
     *
     * @param revision the store's revision of this map, and {@code storeId} which store it is (R14)
     */
    void reset(ShardMap map, long revision, long storeId);

    void changed(ShardMap map, List<ShardConfig> changed, List<ShardId> removed, long revision);
  }

  private ShardMapWatch(MetadataStore store, Listener listener) {
    this.listener = listener;
    watch =
        store.watch(MetadataKeys.SHARDS, new WatchedRecords<>(ShardMapWatch::parse, new Records()));
  }

  public static ShardMapWatch start(MetadataStore store, Listener listener) {
    return new ShardMapWatch(store, listener);
  }

  /** The newest map that this process knows; empty until {@link #isReady}. */
  public ShardMap current() {
    return map;
  }

  /** Whether the shards were read at least once. */
  public boolean isReady() {
    return ready;
  }

  private static ShardConfig parse(Entry entry) throws InvalidProtocolBufferException {
    return ShardConfig.fromRecord(ShardRecord.parseFrom(entry.value()), entry.modRevision());
  }

  private void publish(Map<String, ShardConfig> all) {
    map = new ShardMap(all.values());
    ready = true;
  }

  @Override
  public void close() {
    watch.close();
  }

  private final class Records implements WatchedRecords.Listener<ShardConfig> {
    @Override
    public void reset(Map<String, ShardConfig> all, Listing listing) {
      publish(all);
      listener.reset(map, listing.revision(), listing.storeId());
    }

    @Override
    public void changed(
        Map<String, ShardConfig> all, List<String> puts, List<String> deletes, long revision) {
      publish(all);
      List<ShardConfig> changed =
          puts.stream().flatMap(key -> Optional.ofNullable(all.get(key)).stream()).toList();
      List<ShardId> removed =
          deletes.stream().flatMap(key -> MetadataKeys.shardOf(key).stream()).toList();
      listener.changed(map, changed, removed, revision);
    }
  }
}
