package dev.keelson.core.replication;

import dev.keelson.core.shard.ShardConfig;

/**
 * A change of the shard's record in etcd, guarded by the revision that {@code next} carries (R1).
 *
 * @param attempt tells the answers of a replica's requests apart
 */
public record SwapRequest(long attempt, ShardConfig next) {}
