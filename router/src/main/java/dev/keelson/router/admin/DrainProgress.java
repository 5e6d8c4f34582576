package dev.keelson.router.admin;

import dev.keelson.core.shard.ShardId;
import java.util.List;

/**
 * How far a node is from being empty.
 *
 * @param drained whether everything is to move away from it
 * @param shards those that still name it
 */
public record DrainProgress(boolean drained, List<ShardId> shards) {
  public DrainProgress {
    shards = List.copyOf(shards);
  }
}
