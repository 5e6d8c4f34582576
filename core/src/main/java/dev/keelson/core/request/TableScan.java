package dev.keelson.core.request;

import dev.keelson.core.key.KeyRange;

/**
 * All rows of a table to read from the shards of its keyspace.
 *
 * @param range the table's keys in each shard
 * @param limit at most this many rows; 0 means all
 * @param columns turns rows into answers
 */
public record TableScan(
    int keyspaceId, KeyRange range, long limit, boolean countOnly, ColumnSelection columns) {}
