package dev.keelson.core.replication;

import com.google.protobuf.ByteString;
import dev.keelson.proto.internal.v1.Entry;
import java.util.zip.CRC32C;

/** One entry of a shard's log. */
public record LogEntry(long term, long index, Entry.Kind kind, ByteString payload, int checksum) {

  /** What an entry costs in memory and on the wire beside its payload, roughly. */
  private static final int OVERHEAD_BYTES = 64;

  /** The entry that follows {@code previous}. */
  public static LogEntry following(
      Position previous, long term, Entry.Kind kind, ByteString payload) {
    long index = previous.index() + 1;
    return new LogEntry(
        term, index, kind, payload, checksum(previous.checksum(), term, index, kind, payload));
  }

  public Position position() {
    return new Position(term, index, checksum);
  }

  public int cost() {
    return payload.size() + OVERHEAD_BYTES;
  }

  /** Whether this is what its sender meant to put behind an entry with {@code previousChecksum}. */
  public boolean follows(int previousChecksum) {
    return checksum == checksum(previousChecksum, term, index, kind, payload);
  }

  public Entry toProto() {
    return Entry.newBuilder()
        .setTerm(term)
        .setKind(kind)
        .setPayload(payload)
        .setChecksum(checksum)
        .build();
  }

  private static int checksum(
      int previous, long term, long index, Entry.Kind kind, ByteString payload) {
    CRC32C crc = new CRC32C();
    updateLong(crc, Integer.toUnsignedLong(previous));
    updateLong(crc, term);
    updateLong(crc, index);
    crc.update(kind.getNumber());
    crc.update(payload.asReadOnlyByteBuffer());
    return (int) crc.getValue();
  }

  private static void updateLong(CRC32C crc, long value) {
    for (int shift = 0; shift < Long.SIZE; shift += Byte.SIZE) {
      crc.update((int) (value >>> shift) & 0xFF);
    }
  }
}
