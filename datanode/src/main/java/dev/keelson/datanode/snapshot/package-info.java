/**
 * Snapshots: the state of one shard at exactly one place of its log, in a file. Written beside,
 * checksummed, renamed and synced before anybody counts on them (R18).
 */
@NullMarked
package dev.keelson.datanode.snapshot;

import org.jspecify.annotations.NullMarked;
