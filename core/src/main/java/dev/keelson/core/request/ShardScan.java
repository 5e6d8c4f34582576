package dev.keelson.core.request;

import dev.keelson.core.key.KeyRange;

/**
 * Rows of one partition to read from its shard.
 *
 * @param range may be empty
 * @param limit at most this many rows; 0 means all
 * @param columns turns rows into answers
 */
public record ShardScan(
    int keyspaceId,
    int partitionHash,
    KeyRange range,
    boolean reverse,
    long limit,
    ColumnSelection columns) {}
