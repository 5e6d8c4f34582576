package dev.keelson.embedded;

import dev.keelson.coordination.CatalogWatch;
import dev.keelson.coordination.MetadataStore;
import dev.keelson.coordination.ShardMapWatch;
import dev.keelson.core.schema.Names;
import dev.keelson.core.shard.HashRange;
import dev.keelson.core.shard.ShardConfig;
import dev.keelson.core.shard.ShardId;
import dev.keelson.core.shard.ShardMap;
import java.util.List;
import java.util.Set;

/** The shards of the keyspace of those who name none, as the metadata store tells. */
final class DefaultKeyspace implements AutoCloseable {
  private final MetadataStore store;
  private final CatalogWatch catalog;
  private final ShardMapWatch shards;

  private DefaultKeyspace(MetadataStore store) {
    this.store = store;
    this.catalog = CatalogWatch.start(store);
    this.shards = ShardMapWatch.start(store, new Unheard());
  }

  /**
   * @param store a connection of its own, closed with it
   */
  static DefaultKeyspace follow(MetadataStore store) {
    return new DefaultKeyspace(store);
  }

  /** Whether these shards are all of the keyspace. */
  boolean isServedBy(Set<ShardId> led) {
    List<ShardConfig> all = all();
    return covered(all) == HashRange.SPACE && all.stream().allMatch(it -> led.contains(it.id()));
  }

  /** What is missing, for people. */
  String unserved(Set<ShardId> led) {
    List<ShardConfig> all = all();
    List<ShardId> missing =
        all.stream().map(ShardConfig::id).filter(it -> !led.contains(it)).toList();
    return all.size() + " placed, without a leader " + missing;
  }

  private List<ShardConfig> all() {
    ShardMap map = shards.current();
    return catalog
        .current()
        .keyspace(Names.DEFAULT_KEYSPACE)
        .map(it -> map.shardsOf(it.id()))
        .orElse(List.of());
  }

  private static long covered(List<ShardConfig> shards) {
    return shards.stream().mapToLong(it -> it.range().end() - it.range().start()).sum();
  }

  @Override
  public void close() {
    shards.close();
    catalog.close();
    store.close();
  }

  /** The current map is all that is asked for. */
  private static final class Unheard implements ShardMapWatch.Listener {
    @Override
    public void reset(ShardMap map, long revision, long storeId) {}

    @Override
    public void changed(
        ShardMap map, List<ShardConfig> changed, List<ShardId> removed, long revision) {}
  }
}
