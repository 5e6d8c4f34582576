package dev.keelson.datanode.journal;

import dev.keelson.core.replication.LogEntry;
import dev.keelson.core.replication.Position;
import dev.keelson.core.replication.ReplicaState;
import dev.keelson.core.shard.ShardId;
import dev.keelson.datanode.disk.DiskFailure;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Writes what waits in groups, each with one force, and moves to the next segment when one is full.
 * Used by the writer alone, except where it says so.
 */
final class GroupWriter {
  private final JournalConfig config;
  private final SegmentTable segments;
  private final SegmentSupply supply;
  private final SegmentWriter writer;
  private final DiskFailure failure;

  /** What is durable. Read by any thread. */
  private final ConcurrentHashMap<ShardId, ShardLog> logs;

  /** Index of the last entry of each shard as written, durable or not. */
  private final Map<ShardId, Long> writtenEnds = new HashMap<>();

  private final List<Written> written = new ArrayList<>();
  private final Completions completions = new Completions();
  private @Nullable Unfinished unfinished;
  private boolean inGroup;
  private long groupBytes;
  private boolean stopped;
  private volatile long remaining;
  private volatile long forces;
  private volatile long writtenBytes;

  GroupWriter(
      JournalConfig config,
      SegmentTable segments,
      SegmentSupply supply,
      SegmentWriter writer,
      Map<ShardId, ShardLog> logs,
      DiskFailure failure) {
    this.config = config;
    this.segments = segments;
    this.supply = supply;
    this.writer = writer;
    this.failure = failure;
    this.logs = new ConcurrentHashMap<>(logs);
    this.remaining = writer.remaining();
    logs.forEach((shard, log) -> writtenEnds.put(shard, log.last().index()));
  }

  /** An item in the segment, which becomes part of its log with the next force. */
  private record Written(JournalBatch.Item item, long location) {}

  /** A batch whose first items are written. */
  private record Unfinished(Work.Append append, int nextItem) {}

  /** From any thread. */
  Optional<ShardLog> log(ShardId shard) {
    return Optional.ofNullable(logs.get(shard));
  }

  /** From any thread. Half a segment is left then for what was admitted before, and for states. */
  boolean full() {
    return supply.scarce() && remaining < config.segmentBytes() / 2;
  }

  /** From any thread. */
  void lookForRoom() {
    supply.prepare();
  }

  /** From any thread. */
  long usableBytes() {
    return supply.usableBytes();
  }

  /** From any thread. */
  long segmentsKept(ShardId shard) {
    return log(shard)
        .map(ShardLog::firstLocation)
        .filter(OptionalLong::isPresent)
        .map(it -> segments.countFrom(Location.segment(it.getAsLong())))
        .orElse(0);
  }

  /** From any thread. */
  JournalStatus status(long queuedBytes) {
    return new JournalStatus(
        segments.count(),
        segments.bytes(),
        supply.usableBytes(),
        full(),
        queuedBytes,
        forces,
        writtenBytes);
  }

  /** Writes one group of what waits; says whether more is waiting that can be written now. */
  boolean write(Queue<Work> queue, AtomicLong queuedBytes) {
    if (stopped) {
      queue.clear();
      return false;
    }
    try {
      boolean roomLeft = finishUnfinished(queuedBytes);
      while (roomLeft && groupBytes < config.maxGroupBytes() && !stopped) {
        Work work = queue.poll();
        if (work == null) {
          break;
        }
        roomLeft = write(work, queuedBytes);
      }
      finishGroup();
      return roomLeft && !queue.isEmpty();
    } catch (IOException | RuntimeException failed) {
      stopped = true;
      failure.failed("Disk failure: the journal can't be written", failed);
      return false;
    }
  }

  private boolean finishUnfinished(AtomicLong queuedBytes) throws IOException {
    Unfinished rest = unfinished;
    unfinished = null;
    return rest == null || append(rest.append(), rest.nextItem(), queuedBytes);
  }

  private boolean write(Work work, AtomicLong queuedBytes) throws IOException {
    return switch (work) {
      case Work.Append append -> append(append, 0, queuedBytes);
      case Work.Release release -> {
        release(release.shard(), release.belowIndex());
        yield true;
      }
      case Work.Close close -> {
        close(close);
        yield true;
      }
    };
  }

  /** False when there is no room for all of it; the rest is kept for the next turn. */
  private boolean append(Work.Append append, int from, AtomicLong queuedBytes) throws IOException {
    List<JournalBatch.Item> items = append.batch().items();
    for (int i = from; i < items.size(); i++) {
      if (!makeRoom(bytesOf(items.get(i)))) {
        unfinished = new Unfinished(append, i);
        return false;
      }
      put(items.get(i));
    }
    queuedBytes.addAndGet(-append.batch().entryBytes());
    completions.add(append.loop(), append.whenDurable());
    return true;
  }

  private static long bytesOf(JournalBatch.Item item) {
    return switch (item) {
      case JournalBatch.Item.OfEntry it -> RecordHeader.recordBytes(it.entry().payload().size());
      case JournalBatch.Item.OfState it -> RecordHeader.recordBytes(ReplicaStates.MAX_BYTES);
      case JournalBatch.Item.OfReset it -> RecordHeader.recordBytes(ReplicaStates.MAX_BYTES);
      case JournalBatch.Item.OfDrop it -> RecordHeader.recordBytes(0);
    };
  }

  /** Opens a group with room for the record, in the next segment if need be. */
  private boolean makeRoom(long recordBytes) throws IOException {
    long needed = recordBytes + (inGroup ? 0 : RecordHeader.BYTES);
    if (!writer.fits(needed)) {
      finishGroup();
      if (!rotate()) {
        return false;
      }
    }
    if (!inGroup) {
      inGroup = true;
      writer.group(writer.segment().number(), writer.position());
    }
    return true;
  }

  private void put(JournalBatch.Item item) throws IOException {
    long before = writer.position();
    long location =
        switch (item) {
          case JournalBatch.Item.OfEntry it -> putEntry(it.shard(), it.entry());
          case JournalBatch.Item.OfState it -> putState(it.shard(), it.state());
          case JournalBatch.Item.OfReset it -> putReset(it.shard(), it.state());
          case JournalBatch.Item.OfDrop it -> putDrop(it.shard());
        };
    written.add(new Written(item, location));
    groupBytes += writer.position() - before;
  }

  private long putEntry(ShardId shard, LogEntry entry) throws IOException {
    Long end = writtenEnds.get(shard);
    if (end == null || entry.index() > end + 1 || entry.index() < 1) {
      throw new IllegalStateException(shard + ": entry " + entry.index() + " behind " + end);
    }
    writtenEnds.put(shard, entry.index());
    return writer.entry(shard, entry);
  }

  private long putState(ShardId shard, ReplicaState state) throws IOException {
    Long end = writtenEnds.get(shard);
    if (end != null && state.base().index() > end) {
      throw new IllegalStateException(shard + ": base " + state.base() + " above " + end);
    }
    writtenEnds.putIfAbsent(shard, state.base().index());
    return writer.state(RecordKind.STATE, shard, state, Position.ZERO);
  }

  private long putReset(ShardId shard, ReplicaState state) throws IOException {
    writtenEnds.put(shard, state.base().index());
    return writer.state(RecordKind.RESET, shard, state, Position.ZERO);
  }

  private long putDrop(ShardId shard) throws IOException {
    writtenEnds.remove(shard);
    return writer.drop(shard);
  }

  /** One force for all that was put, then everybody may know. */
  private void finishGroup() throws IOException {
    if (inGroup) {
      inGroup = false;
      writer.force();
      forces++;
      writtenBytes += groupBytes;
      groupBytes = 0;
      remaining = writer.remaining();
      written.forEach(this::publish);
      written.clear();
      if (supply.scarce()) {
        supply.prepare();
      }
    }
    completions.run();
  }

  private void publish(Written item) {
    switch (item.item()) {
      case JournalBatch.Item.OfEntry it -> {
        segments.entryAdded(item.location());
        log(it.shard()).orElseThrow().entry(it.entry().position(), item.location());
      }
      case JournalBatch.Item.OfState it -> logOrNew(it.shard(), it.state()).state(it.state());
      case JournalBatch.Item.OfReset it -> logOrNew(it.shard(), it.state()).reset(it.state());
      case JournalBatch.Item.OfDrop it ->
          Optional.ofNullable(logs.remove(it.shard())).ifPresent(ShardLog::clear);
    }
  }

  private ShardLog logOrNew(ShardId shard, ReplicaState state) {
    return logs.computeIfAbsent(shard, it -> new ShardLog(it, state, segments::entryForgotten));
  }

  /**
   * Goes on in a new segment, which begins with the state of every shard (R18). False when there is
   * no room for one.
   */
  private boolean rotate() throws IOException {
    Optional<Segment> next = supply.take();
    if (next.isEmpty()) {
      return false;
    }
    long previous = writer.segment().number();
    long previousEnd = writer.position();
    writer.moveTo(next.get());
    for (ShardLog log : logs.values()) {
      writer.state(RecordKind.SHARD, log.shard(), log.state(), log.last());
    }
    writer.activate(previous, previousEnd);
    segments.add(next.get());
    remaining = writer.remaining();
    releaseSegments();
    supply.prepare();
    return true;
  }

  private void release(ShardId shard, long belowIndex) {
    log(shard)
        .ifPresent(log -> log.releaseBelow(Math.min(belowIndex, log.state().base().index() + 1)));
    releaseSegments();
  }

  void releaseSegments() {
    List<Segment> empty = segments.takeEmptyBefore(writer.segment().number());
    if (!empty.isEmpty()) {
      supply.delete(empty);
    }
  }

  /**
   * An empty group says that all before it was durable, so that what is bad there later is damage,
   * not a torn tail.
   */
  private void close(Work.Close close) throws IOException {
    finishGroup();
    if (writer.fits(RecordHeader.BYTES)) {
      writer.group(writer.segment().number(), writer.position());
      writer.force();
    }
    stopped = true;
    supply.close();
    segments.close();
    completions.add(close.loop(), close.whenClosed());
    completions.run();
  }
}
