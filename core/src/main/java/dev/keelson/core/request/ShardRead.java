package dev.keelson.core.request;

import com.google.protobuf.ByteString;

/**
 * One row to read from the shard of a partition.
 *
 * @param columns turns the row into an answer
 */
public record ShardRead(
    int keyspaceId, int partitionHash, ByteString key, ColumnSelection columns) {}
