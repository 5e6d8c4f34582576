package dev.keelson.core.shard;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Every shard's configuration as one immutable value: what a router routes by. */
public final class ShardMap {
  public static final ShardMap EMPTY = new ShardMap(List.of());

  private final Map<ShardId, ShardConfig> byId;
  private final Map<Integer, List<ShardConfig>> byKeyspace;

  public ShardMap(Collection<ShardConfig> shards) {
    Map<ShardId, ShardConfig> ids = new HashMap<>();
    Map<Integer, List<ShardConfig>> keyspaces = new HashMap<>();
    for (ShardConfig shard : shards) {
      ids.put(shard.id(), shard);
      keyspaces.computeIfAbsent(shard.keyspaceId(), it -> new ArrayList<>()).add(shard);
    }
    keyspaces.replaceAll(
        (keyspace, list) ->
            list.stream()
                .sorted(Comparator.comparingLong(shard -> shard.range().start()))
                .toList());
    byId = Map.copyOf(ids);
    byKeyspace = Map.copyOf(keyspaces);
  }

  public Optional<ShardConfig> shard(ShardId id) {
    return Optional.ofNullable(byId.get(id));
  }

  /** The shard of a keyspace that holds a partition; empty while the map has a gap there. */
  public Optional<ShardConfig> shardOf(int keyspaceId, int partitionHash) {
    List<ShardConfig> shards = byKeyspace.getOrDefault(keyspaceId, List.of());
    long hash = Integer.toUnsignedLong(partitionHash);
    int low = 0;
    int high = shards.size() - 1;
    while (low <= high) {
      int middle = (low + high) >>> 1;
      HashRange range = shards.get(middle).range();
      if (hash < range.start()) {
        high = middle - 1;
      } else if (hash >= range.end()) {
        low = middle + 1;
      } else {
        return Optional.of(shards.get(middle));
      }
    }
    return Optional.empty();
  }

  /** The shards of a keyspace in the order of their ranges. */
  public List<ShardConfig> shardsOf(int keyspaceId) {
    return byKeyspace.getOrDefault(keyspaceId, List.of());
  }

  public Collection<ShardConfig> shards() {
    return byId.values();
  }
}
