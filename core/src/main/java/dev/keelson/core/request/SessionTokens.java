package dev.keelson.core.request;

import dev.keelson.core.error.ErrorCode;
import dev.keelson.core.shard.ShardId;
import dev.keelson.proto.v1.ReadOptions;
import dev.keelson.proto.v1.SessionToken;
import java.util.ArrayList;
import java.util.List;

/**
 * What the session of a read has seen, by shard. A token is (shard, index), and only what is
 * applied, so committed, becomes one: it means the same in every later term. A shard that is split
 * leaves children whose logs go on behind it (R15), so that each replica of a child has all that a
 * token of the parent stands for, and only tokens of the asked shard itself need to be looked at.
 */
public record SessionTokens(List<SessionToken> tokens) {
  /** Tokens of one request; a client with more shards reads LINEARIZABLE, which needs none. */
  public static final int MOST = 1_024;

  public static final SessionTokens NONE = new SessionTokens(List.of());

  public SessionTokens {
    tokens = List.copyOf(tokens);
  }

  public static SessionTokens of(ReadOptions options) {
    if (options.getSeenCount() > MOST) {
      throw ErrorCode.INVALID_REQUEST.because(
          "A read carries %d session tokens, but %d are allowed"
              .formatted(options.getSeenCount(), MOST));
    }
    for (SessionToken token : options.getSeenList()) {
      if (token.getIndex() < 0) {
        throw ErrorCode.INVALID_REQUEST.because(
            "A session token names an index that no log can have: %s"
                .formatted(Long.toUnsignedString(token.getIndex())));
      }
    }
    return options.getSeenCount() == 0 ? NONE : new SessionTokens(options.getSeenList());
  }

  /** What a replica of the shard must have applied; 0 when the session has not seen the shard. */
  public long leastIndex(ShardId shard) {
    long least = 0;
    for (SessionToken token : tokens) {
      if (token.getShard() == shard.number()) {
        least = Math.max(least, token.getIndex());
      }
    }
    return least;
  }

  /** With what a part of the same read has shown of a shard. */
  public SessionTokens with(ShardId shard, long index) {
    if (index <= leastIndex(shard)) {
      return this;
    }
    List<SessionToken> kept = new ArrayList<>(tokens);
    kept.removeIf(it -> it.getShard() == shard.number());
    kept.add(SessionToken.newBuilder().setShard(shard.number()).setIndex(index).build());
    return new SessionTokens(kept);
  }
}
