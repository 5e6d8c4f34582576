package dev.keelson.datanode.shard;

import dev.keelson.core.shard.ShardConfig;
import dev.keelson.core.shard.ShardId;
import java.util.Optional;
import java.util.function.Consumer;

/** The shards' records in the metadata store. Consumers are called once, on any thread. */
public interface ShardRecords {
  /**
   * Tries a compare-and-swap guarded by the revision that {@code next} carries, and tells what the
   * record is then: the new one, the one that stood in the way, or, when the answer was lost, what
   * a read finds (R1). Empty when the store can't be asked.
   */
  void swap(ShardConfig next, Consumer<Optional<ShardConfig>> then);

  void read(ShardId shard, Consumer<Optional<ShardConfig>> then);
}
