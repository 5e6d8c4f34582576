package dev.keelson.core.command;

import com.google.protobuf.ByteString;

/**
 * A stored row.
 *
 * @param version the index of the log entry that wrote it
 */
public record VersionedRow(long version, ByteString row) {}
