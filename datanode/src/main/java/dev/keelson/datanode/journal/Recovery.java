package dev.keelson.datanode.journal;

import com.google.protobuf.UnsafeByteOperations;
import dev.keelson.core.replication.Position;
import dev.keelson.core.replication.ReplicaState;
import dev.keelson.core.shard.ShardId;
import dev.keelson.datanode.disk.Disk;
import dev.keelson.datanode.disk.DiskFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Reads a journal at start and begins a new segment, which holds all state and all that was not
 * known to be durable, and is durable itself before anybody sees it (R18).
 *
 * <pre>
 *   segment 7            segment 8 (last)                  segment 9 (new)
 *   │ SHARD… │ … │  ◄──  │ SHARD… │ … │ not sure │ torn    │ header: 8 counts up to D │ SHARD… │ not sure │
 *                                     D
 * </pre>
 *
 * <p>If the last segment holds little, all of it goes to the new one and it is given up, so that
 * starting over and over doesn't fill the disk.
 */
final class Recovery {
  private final Disk disk;
  private final JournalConfig config;
  private final Findings findings = new Findings();
  private final SegmentTable segments = new SegmentTable();
  private final Fold fold = new Fold(segments, findings, this::positionAt);
  private boolean torn;
  private long losses;

  Recovery(Disk disk, JournalConfig config) {
    this.disk = disk;
    this.config = config;
  }

  /** A journal's content, and the segment to go on in. */
  record Recovered(
      SegmentTable segments,
      Map<ShardId, ShardLog> logs,
      Map<ShardId, RecoveredShard> shards,
      SegmentWriter writer,
      long losses,
      Findings findings) {}

  Recovered run() throws IOException {
    SegmentCatalog catalog = SegmentCatalog.read(disk, findings);
    List<SegmentCatalog.Found> chain = catalog.chain();
    chain.forEach(found -> segments.add(found.segment()));
    for (int i = 0; i < chain.size() - 1; i++) {
      foldWhole(chain.get(i), chain.get(i + 1).header().previousEnd());
    }
    chain.forEach(found -> losses |= found.header().losses());
    Rewrite rewrite = chain.isEmpty() ? Rewrite.NOTHING : foldLast(chain.getLast());
    fold.endDurable();
    discard(catalog.leftovers());
    SegmentWriter writer = beginSegment(catalog.nextNumber(), rewrite);
    return recovered(writer);
  }

  private void foldWhole(SegmentCatalog.Found found, long end) {
    SegmentInput input = input(found);
    boolean known = end != SegmentCatalog.UNKNOWN_END;
    long durable = known ? end : SegmentScan.durableEnd(input, found.header().startEnd());
    fold.beginSegment();
    SegmentScan scan = new SegmentScan(input, durable, known ? end : input.size());
    scan.visit(SegmentHeader.FIRST_RECORD, input.size(), new FoldingVisitor(input));
    if (known && end > input.size()) {
      fold.unknownDamage(found.segment().fileName() + ": shorter than it was");
    }
  }

  /** Folds what is known to be durable, and says what is to be written anew. */
  private Rewrite foldLast(SegmentCatalog.Found found) {
    SegmentInput input = input(found);
    LastSegment last = LastSegment.survey(input, found.header().startEnd());
    torn = !input.isZeroFrom(last.end());
    if (torn) {
      findings.add(found.segment().fileName() + ": torn at " + last.end());
    }
    boolean small = last.end() <= config.segmentBytes() / 4;
    boolean giveUp = small && !last.damaged() && !found.headerLost();
    long from = giveUp ? last.shardsEnd() : last.durableEnd();
    fold.beginSegment();
    new SegmentScan(input, last.durableEnd(), input.size())
        .visit(SegmentHeader.FIRST_RECORD, from, new FoldingVisitor(input));
    return giveUp
        ? new Rewrite(
            Optional.of(found),
            found.header().previous(),
            found.header().previousEnd(),
            Optional.of(input),
            from,
            last.end())
        : new Rewrite(
            Optional.empty(),
            found.segment().number(),
            last.durableEnd(),
            Optional.of(input),
            from,
            last.end());
  }

  private SegmentWriter beginSegment(long number, Rewrite rewrite) throws IOException {
    long needed = SegmentHeader.FIRST_RECORD + stateBytes() * 2 + rewrite.to() - rewrite.from();
    long size = Math.max(config.segmentBytes(), (needed + 4095) & -4096);
    DiskFile file = disk.create(Segment.fileName(number), size);
    SegmentWriter writer = new SegmentWriter(new Segment(number, file, size));
    segments.add(writer.segment());
    for (FoldedShard shard : fold.shards().values()) {
      writeShard(writer, shard.log().state(), shard.log());
    }
    rewrite(writer, rewrite);
    fold.conclude();
    for (FoldedShard shard : fold.shards().values()) {
      flag(writer, shard);
    }
    writer.force();
    disk.syncDirectory();
    losses |= fold.unknownDamage() ? SegmentHeader.DAMAGE : 0;
    losses |= torn ? SegmentHeader.TEAR : 0;
    writer.losses(losses);
    writer.activate(rewrite.previous(), rewrite.previousEnd());
    if (rewrite.givenUp().isPresent()) {
      giveUp(rewrite.givenUp().get().segment());
    }
    return writer;
  }

  private long stateBytes() {
    return fold.shards().size() * RecordHeader.recordBytes(ReplicaStates.MAX_BYTES / 4);
  }

  private void rewrite(SegmentWriter writer, Rewrite rewrite) throws IOException {
    if (rewrite.input().isEmpty()) {
      return;
    }
    SegmentInput input = rewrite.input().get();
    List<Long> places = new ArrayList<>();
    new SegmentScan(input, 0, input.size())
        .visit(rewrite.from(), rewrite.to(), new PlacesVisitor(places));
    for (long place : places) {
      RecordHeader header = input.header(place, input.size()).orElseThrow();
      byte[] payload = input.payload(header, place);
      long location = Location.of(writer.segment().number(), writer.position());
      if (fold.record(header, payload, location)) {
        writer.put(header, UnsafeByteOperations.unsafeWrap(payload));
      }
    }
  }

  /**
   * What was found damaged or doubtful is durably so, and the log durably ends where it was cut.
   */
  private void flag(SegmentWriter writer, FoldedShard shard) throws IOException {
    if (!shard.damaged() && !torn) {
      return;
    }
    ReplicaState state = shard.log().state();
    ReplicaState flagged =
        new ReplicaState(
            state.storage(),
            state.term(),
            state.acceptedLeader(),
            state.fencedBy(),
            state.retired(),
            state.suspended() || shard.damaged(),
            state.doubtful() || torn,
            state.base(),
            shard.damaged() ? state.base().index() : state.commitHint());
    shard.log().state(flagged);
    writeShard(writer, flagged, shard.log());
  }

  private static void writeShard(SegmentWriter writer, ReplicaState state, ShardLog log)
      throws IOException {
    writer.state(RecordKind.SHARD, log.shard(), state, log.last());
  }

  private void giveUp(Segment segment) throws IOException {
    segments.remove(segment);
    segment.release();
    disk.delete(segment.fileName());
    disk.syncDirectory();
  }

  /** Leftovers are kept beside a damaged journal: somebody may want to look at them. */
  private void discard(List<String> leftovers) throws IOException {
    boolean damaged =
        fold.unknownDamage() || fold.shards().values().stream().anyMatch(FoldedShard::damaged);
    for (String name : leftovers) {
      if (damaged) {
        findings.add(name + ": left over, kept because of the damage");
      } else {
        disk.delete(name);
      }
    }
    disk.syncDirectory();
  }

  private Recovered recovered(SegmentWriter writer) {
    Map<ShardId, ShardLog> logs = new TreeMap<>();
    Map<ShardId, RecoveredShard> shards = new TreeMap<>();
    fold.shards()
        .forEach(
            (id, shard) -> {
              ShardLog log = shard.log();
              logs.put(id, log);
              shards.put(
                  id, new RecoveredShard(id, log.state(), log.last(), shard.damaged(), torn));
            });
    return new Recovered(segments, logs, shards, writer, losses, findings);
  }

  /** The position that a record carries, read back from its segment. */
  private Optional<Position> positionAt(long location) {
    long offset = Location.offset(location);
    return segments
        .acquire(Location.segment(location))
        .flatMap(
            segment -> {
              ByteBuffer header =
                  ByteBuffer.allocate(RecordHeader.BYTES).order(ByteOrder.LITTLE_ENDIAN);
              try {
                segment.file().read(offset, header);
                segment.release();
              } catch (IOException unreadable) {
                return Optional.empty();
              }
              return RecordHeader.decode(header, 0, segment.number(), offset)
                  .map(RecordHeader::position);
            });
  }

  private static SegmentInput input(SegmentCatalog.Found found) {
    Segment segment = found.segment();
    return new SegmentInput(segment.number(), segment.file(), segment.size());
  }

  /**
   * What goes to the new segment.
   *
   * @param givenUp the last segment, if nothing of it will count any more
   */
  private record Rewrite(
      Optional<SegmentCatalog.Found> givenUp,
      long previous,
      long previousEnd,
      Optional<SegmentInput> input,
      long from,
      long to) {
    static final Rewrite NOTHING = new Rewrite(Optional.empty(), 0, 0, Optional.empty(), 0, 0);
  }

  private record PlacesVisitor(List<Long> places) implements SegmentScan.Visitor {
    @Override
    public void record(RecordHeader header, long position) {
      if (header.kind() != RecordKind.GROUP) {
        places.add(position);
      }
    }

    @Override
    public void damagedPayload(RecordHeader header, long position) {}

    @Override
    public void damage(long from, long to) {}
  }

  /** Hands a segment's records to the fold. */
  private final class FoldingVisitor implements SegmentScan.Visitor {
    private static final byte[] NOTHING = {};
    private final SegmentInput input;

    FoldingVisitor(SegmentInput input) {
      this.input = input;
    }

    @Override
    public void record(RecordHeader header, long position) {
      byte[] payload = fold.wantsPayload(header) ? input.payload(header, position) : NOTHING;
      fold.record(header, payload, Location.of(input.number(), position));
    }

    @Override
    public void damagedPayload(RecordHeader header, long position) {
      segments.foundDamaged(input.number());
      fold.damagedPayload(header);
    }

    @Override
    public void damage(long from, long to) {
      segments.foundDamaged(input.number());
      fold.unknownDamage(
          Segment.fileName(input.number()) + ": unreadable from " + from + " to " + to);
    }
  }
}
