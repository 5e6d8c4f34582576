package dev.keelson.router.route;

import dev.keelson.core.shard.ShardConfig;
import dev.keelson.core.shard.ShardId;
import dev.keelson.core.shard.ShardMap;
import org.jspecify.annotations.Nullable;

/** What part of the data a request is for; the map of the moment says which shard holds it. */
public sealed interface Target {

  @Nullable ShardConfig in(ShardMap map);

  /** The shard of one partition. */
  record Partition(int keyspaceId, int hash) implements Target {
    @Override
    public @Nullable ShardConfig in(ShardMap map) {
      return map.shardOf(keyspaceId, hash).orElse(null);
    }
  }

  /** One shard, whatever it holds. */
  record Whole(ShardId shard) implements Target {
    @Override
    public @Nullable ShardConfig in(ShardMap map) {
      return map.shard(shard).orElse(null);
    }
  }
}
