/**
 * The replication protocol of one shard as a pure state machine: inputs in, one {@link
 * dev.keelson.core.replication.Output} out. Rules are named R1 to R18 as in docs/replication.md.
 */
@NullMarked
package dev.keelson.core.replication;

import org.jspecify.annotations.NullMarked;
