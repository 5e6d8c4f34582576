package dev.keelson.router.route;

import dev.keelson.core.shard.Election;
import dev.keelson.core.shard.NodeId;
import dev.keelson.core.shard.ShardConfig;
import dev.keelson.core.shard.ShardId;
import dev.keelson.core.shard.ShardMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Who leads each shard, as the map says or as a node told us since: whichever names the later term.
 * Only advice: a node that doesn't lead says so.
 */
final class Leaders {
  private final Map<ShardId, Leader> hints = new ConcurrentHashMap<>();

  /** Who led before the term that a shard's record names. */
  private final Map<ShardId, NodeId> before = new ConcurrentHashMap<>();

  private volatile ShardMap map = ShardMap.EMPTY;

  ShardMap map() {
    return map;
  }

  /** Takes a new map; hints that it has caught up with go. */
  void mapChanged(ShardMap changed) {
    for (ShardConfig shard : changed.shards()) {
      // A record without a leader says nothing of who led before.
      shard.leader().ifPresent(it -> before.put(shard.id(), it));
    }
    map = changed;
    before.keySet().removeIf(it -> changed.shard(it).isEmpty());
    hints
        .entrySet()
        .removeIf(
            hint ->
                changed
                    .shard(hint.getKey())
                    .map(shard -> !isNewer(hint.getValue(), shard))
                    .orElse(true));
  }

  @Nullable Leader of(ShardConfig shard) {
    if (!hints.isEmpty()) {
      Leader hint = hints.get(shard.id());
      if (hint != null && isNewer(hint, shard)) {
        return hint;
      }
    }
    return shard.leader().isPresent()
        ? new Leader(shard.leader().get(), shard.term())
        : handingOver(shard);
  }

  /** A leader that runs the election of its successor serves until it lets go. */
  private @Nullable Leader handingOver(ShardConfig shard) {
    NodeId last = before.get(shard.id());
    return last != null && shard.election().map(Election::owner).filter(last::equals).isPresent()
        ? new Leader(last, shard.term())
        : null;
  }

  /** A node said who leads; true when that is news. */
  boolean learned(ShardConfig shard, Leader told) {
    if (!isNewer(told, shard)) {
      return false;
    }
    Leader kept =
        hints.merge(
            shard.id(), told, (before, news) -> news.term() > before.term() ? news : before);
    return kept == told;
  }

  private static boolean isNewer(Leader hint, ShardConfig shard) {
    return hint.term() > shard.term() || (hint.term() == shard.term() && shard.leader().isEmpty());
  }
}
