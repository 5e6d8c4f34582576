package dev.keelson.datanode.journal;

import com.google.protobuf.UnsafeByteOperations;
import dev.keelson.core.replication.LogEntry;
import dev.keelson.core.replication.Position;
import dev.keelson.core.replication.ReplicaState;
import dev.keelson.core.shard.ShardId;
import dev.keelson.proto.internal.v1.Entry;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** All replicas while the journal is read at start, record by record. */
final class Fold {
  private final SegmentTable segments;
  private final Findings findings;
  private final FoldedShard.PositionReader positions;
  private final Map<ShardId, FoldedShard> shards = new TreeMap<>();

  /** Shards that the segment's beginning has named so far; those it doesn't name are no more. */
  private final Set<ShardId> named = new HashSet<>();

  private boolean naming;
  private boolean namingDamaged;
  private boolean unknownDamage;

  Fold(SegmentTable segments, Findings findings, FoldedShard.PositionReader positions) {
    this.segments = segments;
    this.findings = findings;
    this.positions = positions;
  }

  Map<ShardId, FoldedShard> shards() {
    return shards;
  }

  boolean unknownDamage() {
    return unknownDamage;
  }

  void beginSegment() {
    endNaming();
    naming = true;
    namingDamaged = false;
    named.clear();
  }

  /** Whether the record changed anything, so that it has to be kept. */
  boolean record(RecordHeader header, byte[] payload, long location) {
    if (header.kind() == RecordKind.GROUP) {
      return false;
    }
    if (header.kind() != RecordKind.SHARD) {
      endNaming();
    }
    return switch (header.kind()) {
      case GROUP -> false;
      case ENTRY -> entry(header, payload, location);
      case STATE, RESET, SHARD -> stateRecord(header, payload);
      case DROP -> drop(header.shardId());
    };
  }

  /** Whether {@link #record} needs the payload of this one. */
  boolean wantsPayload(RecordHeader header) {
    if (header.kind() != RecordKind.ENTRY) {
      return header.length() <= ReplicaStates.MAX_BYTES;
    }
    FoldedShard shard = shards.get(header.shardId());
    return shard != null && shard.mayBeWrong();
  }

  private boolean entry(RecordHeader header, byte[] payload, long location) {
    FoldedShard shard = shards.get(header.shardId());
    if (shard == null) {
      unknownDamage = true;
      findings.add(header.shardId() + ": entry " + header.index() + " without a replica's state");
      return false;
    }
    segments.entryAdded(location);
    boolean taken =
        shard.entry(header.position(), location, before -> follows(header, payload, before));
    if (!taken) {
      segments.entryForgotten(location);
      findings.add(
          header.shardId()
              + ": entry "
              + header.index()
              + " left out behind "
              + shard.log().last().index());
    }
    return taken;
  }

  private static boolean follows(RecordHeader header, byte[] payload, int before) {
    Entry.Kind kind = Entry.Kind.forNumber(header.entryKind());
    return kind != null
        && new LogEntry(
                header.term(),
                header.index(),
                kind,
                UnsafeByteOperations.unsafeWrap(payload),
                header.checksum())
            .follows(before);
  }

  private boolean stateRecord(RecordHeader header, byte[] payload) {
    Optional<ReplicaState> state = ReplicaStates.decode(payload);
    if (state.isEmpty()) {
      damagedPayload(header);
      return false;
    }
    if (header.kind() == RecordKind.SHARD) {
      named.add(header.shardId());
      settle(header.shardId(), state.get(), header.position());
      return true;
    }
    FoldedShard shard = shards.get(header.shardId());
    if (shard == null) {
      addUnnamed(header, state.get());
    } else if (header.kind() == RecordKind.RESET) {
      shard.reset(state.get());
    } else {
      shard.state(state.get());
    }
    return true;
  }

  /** After damage a replica may only seem to be new: what was lost may have been its beginning. */
  private void addUnnamed(RecordHeader header, ReplicaState state) {
    FoldedShard added = add(header.shardId(), state);
    if (unknownDamage && header.kind() == RecordKind.STATE) {
      added.unsure();
    }
  }

  private void settle(ShardId id, ReplicaState state, Position end) {
    FoldedShard shard = shards.get(id);
    if (shard != null) {
      shard.settle(state, end);
      return;
    }
    FoldedShard added = add(id, state);
    if (!end.equals(state.base())) {
      added.log().missingUpTo(end);
    }
  }

  private FoldedShard add(ShardId id, ReplicaState state) {
    FoldedShard shard =
        new FoldedShard(new ShardLog(id, state, segments::entryForgotten), positions);
    shards.put(id, shard);
    return shard;
  }

  private boolean drop(ShardId id) {
    FoldedShard shard = shards.remove(id);
    if (shard != null) {
      shard.log().clear();
    }
    return shard != null;
  }

  void damagedPayload(RecordHeader header) {
    findings.add(
        header.shardId() + ": unreadable record, " + header.kind() + " at index " + header.index());
    FoldedShard shard = shards.get(header.shardId());
    if (header.kind() == RecordKind.SHARD) {
      namingDamaged = true;
    }
    if (shard == null) {
      unknownDamage = true;
    } else if (header.kind() == RecordKind.ENTRY) {
      shard.damagedEntry(header.index());
    } else {
      shard.unsure();
    }
  }

  void unknownDamage(String where) {
    findings.add(where);
    unknownDamage = true;
    namingDamaged = true;
    shards.values().forEach(FoldedShard::unsure);
  }

  void endDurable() {
    endNaming();
    shards.values().forEach(FoldedShard::endDurable);
  }

  /** Everything has been read. */
  void conclude() {
    shards.values().forEach(FoldedShard::conclude);
  }

  private void endNaming() {
    if (naming && !namingDamaged) {
      Set<ShardId> gone = new HashSet<>(shards.keySet());
      gone.removeAll(named);
      gone.forEach(this::drop);
      unknownDamage = false;
    }
    naming = false;
  }
}
