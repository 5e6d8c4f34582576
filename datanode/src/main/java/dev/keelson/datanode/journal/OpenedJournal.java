package dev.keelson.datanode.journal;

import dev.keelson.core.shard.ShardId;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A journal that can be written to, and what it held.
 *
 * @param unknownDamage something unreadable could not be attributed to a shard, now or at an
 *     earlier start: a replica that should be here but isn't in {@code shards} must be taken for
 *     damaged
 * @param doubtful the journal ended torn, now or at an earlier start: a replica that should be here
 *     but isn't in {@code shards} must be taken for doubtful, as those that are here are already
 * @param findings what was unusual, a sentence each, for the log; at most 100
 */
public record OpenedJournal(
    Journal journal,
    Map<ShardId, RecoveredShard> shards,
    boolean unknownDamage,
    boolean doubtful,
    List<String> findings) {
  public OpenedJournal {
    shards = Map.copyOf(shards);
    findings = List.copyOf(findings);
  }

  public Optional<RecoveredShard> shard(ShardId id) {
    return Optional.ofNullable(shards.get(id));
  }
}
