package dev.keelson.simulation.cluster;

import dev.keelson.core.shard.ShardId;
import dev.keelson.simulation.check.Invariant;
import dev.keelson.simulation.check.Violation;
import java.util.HashMap;
import java.util.Map;

/**
 * A client's session: the tokens that the client library would keep, and beside them, from what was
 * written and read alone, what the session must not see less of.
 */
final class SeenBySession {
  private final Map<ShardId, Long> tokens = new HashMap<>();
  private final long[] versions;

  SeenBySession(int registers) {
    versions = new long[registers];
  }

  long leastIndex(ShardId shard) {
    return tokens.getOrDefault(shard, 0L);
  }

  void answered(ShardId shard, long index) {
    tokens.merge(shard, index, Math::max);
  }

  void wrote(int register, long version) {
    versions[register] = Math.max(versions[register], version);
  }

  void read(int register, long version, String name) {
    if (version < versions[register]) {
      throw new Violation(
          Invariant.SESSIONS_SEE_NO_LESS,
          "%s: a session saw version %d, and had seen or written %d"
              .formatted(name, version, versions[register]));
    }
    versions[register] = version;
  }
}
