package dev.keelson.datanode.journal;

import com.google.protobuf.ByteString;
import dev.keelson.core.replication.LogEntry;
import dev.keelson.core.replication.Position;
import dev.keelson.core.replication.ReplicaState;
import dev.keelson.core.shard.ShardId;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;

/** Puts records into a segment, one behind the other, through a buffer that is made once. */
final class SegmentWriter {
  private static final int BUFFER_BYTES = 1 << 20;
  private static final int SMALL_BYTES = 64 << 10;

  private final ByteBuffer buffer;
  private Segment segment;
  private long losses;

  /** Where the buffer's first byte belongs. */
  private long flushed = SegmentHeader.FIRST_RECORD;

  SegmentWriter(Segment segment) {
    this.segment = segment;
    boolean small = segment.size() <= BUFFER_BYTES;
    this.buffer =
        (small ? ByteBuffer.allocate(SMALL_BYTES) : ByteBuffer.allocateDirect(BUFFER_BYTES))
            .order(ByteOrder.LITTLE_ENDIAN);
  }

  /** What the headers of this and all later segments say of losses. */
  void losses(long known) {
    losses = known;
  }

  Segment segment() {
    return segment;
  }

  /** Where the next record will lie. */
  long position() {
    return flushed + buffer.position();
  }

  boolean fits(long recordBytes) {
    return position() + recordBytes <= segment.size();
  }

  long remaining() {
    return segment.size() - position();
  }

  /**
   * Goes on at the beginning of another segment. What was put into this one must have been forced.
   */
  void moveTo(Segment next) {
    if (buffer.position() != 0) {
      throw new IllegalStateException(buffer.position() + " bytes not written to " + segment);
    }
    segment = next;
    flushed = SegmentHeader.FIRST_RECORD;
  }

  long group(long durableSegment, long durableEnd) throws IOException {
    return put(RecordHeader.group(durableSegment, durableEnd), ByteString.EMPTY);
  }

  long entry(ShardId shard, LogEntry entry) throws IOException {
    ByteString payload = entry.payload();
    return put(
        new RecordHeader(
            RecordKind.ENTRY,
            entry.kind().getNumber(),
            payload.size(),
            checksum(payload),
            shard.number(),
            entry.checksum(),
            entry.term(),
            entry.index()),
        payload);
  }

  long state(RecordKind kind, ShardId shard, ReplicaState state, Position last) throws IOException {
    ByteString payload = ReplicaStates.encode(state);
    return put(
        new RecordHeader(
            kind,
            0,
            payload.size(),
            checksum(payload),
            shard.number(),
            last.checksum(),
            last.term(),
            last.index()),
        payload);
  }

  long drop(ShardId shard) throws IOException {
    return put(
        new RecordHeader(RecordKind.DROP, 0, 0, 0, shard.number(), 0, 0, 0), ByteString.EMPTY);
  }

  /** Returns where the record lies. */
  long put(RecordHeader header, ByteString payload) throws IOException {
    long position = position();
    if (!fits(header.recordBytes())) {
      throw new IllegalStateException(
          header.recordBytes() + " bytes at " + position + " of " + segment.size());
    }
    makeRoom(RecordHeader.BYTES);
    header.encode(buffer, segment.number(), position);
    for (ByteBuffer part : payload.asReadOnlyByteBufferList()) {
      put(part);
    }
    int padding = (int) (header.recordBytes() - RecordHeader.BYTES - header.length());
    makeRoom(padding);
    for (int i = 0; i < padding; i++) {
      buffer.put((byte) 0);
    }
    return Location.of(segment.number(), position);
  }

  private void put(ByteBuffer part) throws IOException {
    while (part.hasRemaining()) {
      makeRoom(1);
      int count = Math.min(part.remaining(), buffer.remaining());
      buffer.put(buffer.position(), part, part.position(), count);
      buffer.position(buffer.position() + count);
      part.position(part.position() + count);
    }
  }

  private void makeRoom(int bytes) throws IOException {
    if (buffer.remaining() < bytes) {
      flush();
    }
  }

  private void flush() throws IOException {
    buffer.flip();
    int count = buffer.remaining();
    segment.file().write(flushed, buffer);
    flushed += count;
    buffer.clear();
  }

  /** Makes durable what was put. */
  void force() throws IOException {
    flush();
    segment.file().force();
  }

  /**
   * Makes the segment part of the journal: only after this, and never before all that it must hold
   * is durable, does a start take notice of it.
   */
  void activate(long previous, long previousEnd) throws IOException {
    force();
    SegmentHeader header =
        new SegmentHeader(
            segment.number(), segment.size(), previous, previousEnd, position(), losses);
    segment.file().write(0, header.encode());
    segment.file().force();
  }

  private static int checksum(ByteString payload) {
    CRC32C crc = new CRC32C();
    for (ByteBuffer part : payload.asReadOnlyByteBufferList()) {
      crc.update(part);
    }
    return (int) crc.getValue();
  }
}
