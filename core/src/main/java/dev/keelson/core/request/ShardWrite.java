package dev.keelson.core.request;

import com.google.protobuf.ByteString;

/**
 * A write as the shard of a partition applies it.
 *
 * @param command a serialized {@code internal.v1.Command}
 * @param hasWriteId it may be sent again when its outcome is unknown
 */
public record ShardWrite(
    int keyspaceId, int partitionHash, ByteString command, boolean hasWriteId) {}
