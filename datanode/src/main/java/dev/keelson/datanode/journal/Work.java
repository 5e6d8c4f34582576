package dev.keelson.datanode.journal;

import dev.keelson.core.shard.ShardId;
import java.util.concurrent.Executor;

/** What waits for the writer. */
sealed interface Work {
  record Append(JournalBatch batch, Executor loop, Runnable whenDurable) implements Work {}

  record Release(ShardId shard, long belowIndex) implements Work {}

  record Close(Executor loop, Runnable whenClosed) implements Work {}
}
