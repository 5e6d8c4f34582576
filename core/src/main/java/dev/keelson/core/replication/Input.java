package dev.keelson.core.replication;

import com.google.protobuf.ByteString;
import dev.keelson.core.shard.NodeId;
import dev.keelson.core.shard.ShardConfig;
import dev.keelson.proto.internal.v1.PeerMessage;
import java.util.List;
import java.util.Optional;

/** All that can happen to a replica. */
public sealed interface Input {
  /** etcd's record of the shard, as a watch or a listing told it: advice only (R1). */
  record Configured(ShardConfig config) implements Input {}

  /** The same as a linearizable read found it, which {@link Output#refresh} asked for. */
  record RecordRead(ShardConfig config) implements Input {}

  /**
   * A message of another replica of the shard.
   *
   * @param boot the start of the sender's process, from its stream
   */
  record Received(NodeId from, long boot, PeerMessage message) implements Input {}

  /** The stream to a node broke. */
  record PeerLost(NodeId peer) implements Input {}

  /** A node is reachable again; {@code disk} is the storage that its replicas lie on. */
  record PeerFound(NodeId peer, String disk) implements Input {}

  /** A client's write; answered in {@link Output#proposals} in the order of the inputs. */
  record Proposed(ByteString payload) implements Input {}

  /** A read that was taken wants to know that this replica still led afterwards (R10). */
  record ConfirmRequested() implements Input {}

  /** The leader's word, at our question, that its log is committed up to here (R11). */
  record Certified(Position committed) implements Input {}

  /** All that outputs asked to persist up to {@code sequence} is durable. */
  record Persisted(long sequence) implements Input {}

  /** All entries up to {@code index} are applied to the rows. */
  record Applied(long index) implements Input {}

  /**
   * The answer to {@link Output#swap}.
   *
   * @param attempt {@link SwapRequest#attempt()}
   * @param current the record as a linearizable read or the transaction itself found it; absent
   *     when etcd could not be asked. Whether the swap took place is told from its nonce and leader
   *     (R1).
   */
  record SwapAnswered(long attempt, Optional<ShardConfig> current) implements Input {}

  /** Older entries that {@link Output#logReads} asked for; empty when they are not to be had. */
  record LogRead(NodeId follower, Position previous, List<LogEntry> entries) implements Input {}

  /** What {@link Output#logReads} asked for is gone for ever: a snapshot took its place (R18). */
  record LogGone(NodeId follower) implements Input {}

  /**
   * A snapshot of all that was applied up to {@code at} is complete and durable under its name, so
   * that the log may begin behind it (R18).
   */
  record SnapshotTaken(Position at) implements Input {}

  /**
   * The snapshot that {@link Output#fetch} asked for is complete, checked and durable under its
   * name, and its rows are ready. It is taken if {@link Output#reset} says so.
   */
  record SnapshotReceived(Position at) implements Input {}

  /** etcd was set back, or isn't the one we know (R14): no election until that is cleared. */
  record Alarmed(boolean raised) implements Input {}

  /** Time goes on; sent every few milliseconds. */
  record Tick() implements Input {}
}
