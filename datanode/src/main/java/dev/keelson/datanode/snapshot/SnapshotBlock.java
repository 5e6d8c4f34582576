package dev.keelson.datanode.snapshot;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * One block of a snapshot. Its checksum is seeded with the snapshot and the place, so that nothing
 * that was written for another one is taken for it.
 *
 * <pre>
 *   0 CRC of snapshot, place and all that follows │ 4 length of the payload │ 8 kind │ 12 payload
 * </pre>
 */
public record SnapshotBlock(Kind kind, ByteString payload) {
  static final int HEADER_BYTES = 12;

  /** Far above what is ever written: a row and its key, and what frames them. */
  public static final int GREATEST_BYTES = 4 << 20;

  /** What a block holds; the codes are on disk. */
  public enum Kind {
    /** A part of the session table, as a {@code SessionTable}. */
    SESSIONS(1),
    /** Rows in the order of their keys, as {@code SnapshotRows}. */
    ROWS(2),
    /** The last one: a checksum over those of all others. */
    END(3);

    private final int code;

    Kind(int code) {
      this.code = code;
    }

    static Optional<Kind> ofCode(int code) {
      return code >= 1 && code <= values().length
          ? Optional.of(values()[code - 1])
          : Optional.empty();
    }
  }

  ByteString encode(SnapshotId id, long offset) {
    ByteBuffer bytes =
        ByteBuffer.allocate(HEADER_BYTES + payload.size()).order(ByteOrder.LITTLE_ENDIAN);
    bytes.putInt(0).putInt(payload.size()).putInt(kind.code);
    payload.copyTo(bytes);
    bytes.putInt(0, checksum(id, offset, bytes)).clear();
    return UnsafeByteOperations.unsafeWrap(bytes);
  }

  /** Exactly one whole block that belongs to this place. */
  static SnapshotBlock decode(SnapshotId id, long offset, ByteString encoded)
      throws DamagedSnapshotException {
    ByteBuffer bytes = ByteBuffer.wrap(encoded.toByteArray()).order(ByteOrder.LITTLE_ENDIAN);
    if (bytes.capacity() < HEADER_BYTES || bytes.getInt(4) != bytes.capacity() - HEADER_BYTES) {
      throw new DamagedSnapshotException(id, offset, "length");
    }
    if (bytes.getInt(0) != checksum(id, offset, bytes)) {
      throw new DamagedSnapshotException(id, offset, "checksum");
    }
    Kind kind =
        Kind.ofCode(bytes.getInt(8))
            .orElseThrow(() -> new DamagedSnapshotException(id, offset, "kind"));
    return new SnapshotBlock(kind, encoded.substring(HEADER_BYTES));
  }

  static int checksumOf(ByteString encoded) {
    return encoded.asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN).getInt(0);
  }

  /** Of the payload of a block of which this is the header. */
  static int lengthOf(ByteBuffer header) {
    return header.getInt(4);
  }

  private static int checksum(SnapshotId id, long offset, ByteBuffer block) {
    ByteBuffer seed = ByteBuffer.allocate(32).order(ByteOrder.LITTLE_ENDIAN);
    seed.putInt(id.shard().number()).putInt(id.at().checksum());
    seed.putLong(id.at().term()).putLong(id.at().index()).putLong(offset).flip();
    CRC32C crc = new CRC32C();
    crc.update(seed);
    crc.update(block.duplicate().clear().position(4));
    return (int) crc.getValue();
  }
}
