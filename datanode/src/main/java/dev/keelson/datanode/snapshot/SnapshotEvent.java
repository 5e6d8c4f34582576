package dev.keelson.datanode.snapshot;

import dev.keelson.core.replication.Position;

/** What happens to the snapshots of a shard, for metrics, logs and simulations. */
public sealed interface SnapshotEvent {
  /** One is complete and durable under its name. */
  record Taken(Position at, long bytes) implements SnapshotEvent {}

  /** One that was being taken or received was given up. */
  record GivenUp(String why) implements SnapshotEvent {}

  /** The log begins durably behind one: older ones and entries before it may go. */
  record Based(Position at) implements SnapshotEvent {}

  /** A block was handed to a peer. */
  record Sent(long bytes) implements SnapshotEvent {}

  /** A block came from a peer. */
  record Received(long bytes) implements SnapshotEvent {}

  /** A transfer goes on where it was cut off. */
  record Resumed(long offset) implements SnapshotEvent {}

  /** One that was received, or found at start, is what the rows are now. */
  record Restored(Position at) implements SnapshotEvent {}

  /** One can't be read. */
  record Damaged(String what) implements SnapshotEvent {}
}
