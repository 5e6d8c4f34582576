package dev.keelson.datanode.journal;

import com.google.protobuf.UnsafeByteOperations;
import dev.keelson.core.replication.LogEntry;
import dev.keelson.core.replication.Position;
import dev.keelson.core.shard.ShardId;
import dev.keelson.proto.internal.v1.Entry;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.zip.CRC32C;

/** Reads entries back. Those that lie close together are read at once. */
final class LogReader {
  private static final int MAX_ENTRIES = 4096;
  private static final int MAX_RUN_BYTES = 256 << 10;
  private static final int MAX_GAP_BYTES = 16 << 10;
  private static final int FIRST_LOOK_BYTES = 4096;

  private final SegmentTable segments;

  LogReader(SegmentTable segments) {
    this.segments = segments;
  }

  ReadResult read(ShardLog log, long fromIndex, int maxBytes) {
    ShardLog.ReadPlan plan = log.plan(fromIndex, MAX_ENTRIES);
    if (plan.locations().length == 0) {
      return new ReadResult.Absent(log.shard(), fromIndex, plan.first(), plan.last());
    }
    try {
      return new Reading(log.shard(), fromIndex, plan).entries(maxBytes);
    } catch (IOException failed) {
      return new ReadResult.Unreadable(log.shard(), fromIndex, failed.toString());
    }
  }

  /** One read; keeps what it has read last, since the next entry often lies in it. */
  private final class Reading {
    private final ShardId shard;
    private final long fromIndex;
    private final ShardLog.ReadPlan plan;
    private ByteBuffer run = ByteBuffer.allocate(0);
    private long runSegment = -1;
    private long runStart;

    Reading(ShardId shard, long fromIndex, ShardLog.ReadPlan plan) {
      this.shard = shard;
      this.fromIndex = fromIndex;
      this.plan = plan;
    }

    ReadResult entries(int maxBytes) throws IOException {
      Position previous =
          plan.previous() < 0
              ? plan.base()
              : header(plan.previous(), fromIndex - 1, RecordHeader.BYTES).position();
      List<LogEntry> entries = new ArrayList<>();
      long bytes = 0;
      for (int i = 0; i < plan.locations().length; i++) {
        RecordHeader header = header(plan.locations()[i], fromIndex + i, runBytes(i, maxBytes));
        bytes += header.length() + RecordHeader.BYTES;
        if (bytes > maxBytes && !entries.isEmpty()) {
          break;
        }
        entries.add(entry(header, plan.locations()[i]));
      }
      return new ReadResult.Entries(shard, previous, entries);
    }

    /** How much to read at the entry's place, so that close ones come with it. */
    private int runBytes(int first, int maxBytes) {
      long start = Location.offset(plan.locations()[first]);
      long segment = Location.segment(plan.locations()[first]);
      long end = start;
      for (int i = first + 1; i < plan.locations().length; i++) {
        long next = Location.offset(plan.locations()[i]);
        boolean close =
            Location.segment(plan.locations()[i]) == segment
                && next > end
                && next - end <= MAX_GAP_BYTES
                && next - start <= Math.min(MAX_RUN_BYTES, maxBytes);
        if (!close) {
          break;
        }
        end = next;
      }
      return (int) (end - start) + FIRST_LOOK_BYTES;
    }

    private RecordHeader header(long location, long index, int wanted) throws IOException {
      int offset = load(location, RecordHeader.BYTES, wanted);
      Optional<RecordHeader> header =
          RecordHeader.decode(run, offset, Location.segment(location), Location.offset(location));
      return header
          .filter(it -> it.kind() == RecordKind.ENTRY)
          .filter(it -> it.shard() == shard.number() && it.index() == index)
          .orElseThrow(() -> unreadable(location, index, "header"));
    }

    private LogEntry entry(RecordHeader header, long location) throws IOException {
      int bytes = RecordHeader.BYTES + header.length();
      int offset = load(location, bytes, bytes) + RecordHeader.BYTES;
      byte[] payload = new byte[header.length()];
      run.get(offset, payload);
      CRC32C crc = new CRC32C();
      crc.update(payload);
      Entry.Kind kind = Entry.Kind.forNumber(header.entryKind());
      if ((int) crc.getValue() != header.payloadChecksum() || kind == null) {
        throw unreadable(location, header.index(), "payload");
      }
      return new LogEntry(
          header.term(),
          header.index(),
          kind,
          UnsafeByteOperations.unsafeWrap(payload),
          header.checksum());
    }

    private IOException unreadable(long location, long index, String part) {
      return new IOException(
          shard
              + ": "
              + part
              + " of entry "
              + index
              + " is damaged in "
              + Segment.fileName(Location.segment(location))
              + " at "
              + Location.offset(location));
    }

    /**
     * Makes {@code needed} bytes at the location present, {@code wanted} if they have to be read
     * anyway.
     */
    private int load(long location, int needed, int wanted) throws IOException {
      long segment = Location.segment(location);
      long offset = Location.offset(location);
      boolean present =
          segment == runSegment
              && offset >= runStart
              && offset + needed <= runStart + run.capacity();
      if (!present) {
        run = readRun(segment, offset, needed, wanted);
        runSegment = segment;
        runStart = offset;
      }
      return (int) (offset - runStart);
    }

    private ByteBuffer readRun(long number, long offset, int needed, int wanted)
        throws IOException {
      Segment segment =
          segments
              .acquire(number)
              .orElseThrow(() -> new IOException("segment " + number + " was released"));
      try {
        long count = Math.min(Math.max(needed, wanted), segment.size() - offset);
        ByteBuffer bytes = ByteBuffer.allocate((int) count).order(ByteOrder.LITTLE_ENDIAN);
        segment.file().read(offset, bytes);
        return bytes;
      } finally {
        segment.release();
      }
    }
  }
}
