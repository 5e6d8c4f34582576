package dev.keelson.client;

import dev.keelson.proto.v1.ReadOptions;
import dev.keelson.proto.v1.SessionToken;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What somebody has seen of the database: within a session a read shows no less than the answers
 * before it, and all that was written in it, at any {@link Consistency} and through any router.
 * Each {@link KeelsonClient} is a session by itself; others are for those who share a client and
 * need not see what the others see. Thread-safe: what was answered before a call began counts.
 *
 * <p>It keeps a number for each shard that it has heard of, and its reads at STALE and bounded
 * levels carry them. After {@link #MOST_SHARDS} it keeps no more, and these reads become
 * LINEARIZABLE, which promises the same without them.
 */
public final class Session {
  /** What a request may carry. */
  static final int MOST_SHARDS = 1_024;

  private static final Session NONE = new Session();

  private final Map<Integer, Long> seen = new ConcurrentHashMap<>();
  private volatile boolean full;

  private Session() {}

  /** A session that has seen nothing yet. */
  public static Session begin() {
    return new Session();
  }

  /** For reads that may go back in time: a replica that lags behind need not be waited for. */
  public static Session none() {
    return NONE;
  }

  /** An answer showed the shard's log up to {@code index}. */
  void saw(int shard, long index) {
    if (this == NONE || index <= seen.getOrDefault(shard, 0L)) {
      return;
    }
    if (seen.containsKey(shard) || admits(shard)) {
      seen.merge(shard, index, Math::max);
    }
  }

  /** One shard at a time comes in; else more might than there is room for. */
  private synchronized boolean admits(int shard) {
    if (seen.size() < MOST_SHARDS) {
      seen.putIfAbsent(shard, 0L);
      return true;
    }
    full = true;
    return false;
  }

  void saw(dev.keelson.proto.v1.Served served) {
    saw(served.getShard(), served.getIndex());
  }

  ReadOptions options(ReadOptions asked) {
    if (full) {
      return ReadOptions.getDefaultInstance();
    }
    if (seen.isEmpty()) {
      return asked;
    }
    ReadOptions.Builder options = asked.toBuilder();
    seen.forEach(
        (shard, index) ->
            options.addSeen(SessionToken.newBuilder().setShard(shard).setIndex(index)));
    return options.build();
  }
}
