package dev.keelson.datanode.snapshot;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;

/** A checksum over those of the blocks so far: a block that is missing or doubled shows in it. */
final class SnapshotSum {
  private final CRC32C crc = new CRC32C();

  void add(ByteString encodedBlock) {
    crc.update(encodedBlock.substring(0, Integer.BYTES).toByteArray());
  }

  SnapshotBlock end() {
    return new SnapshotBlock(SnapshotBlock.Kind.END, value());
  }

  boolean matches(SnapshotBlock end) {
    return end.payload().equals(value());
  }

  private ByteString value() {
    ByteBuffer bytes = ByteBuffer.allocate(Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    return UnsafeByteOperations.unsafeWrap(bytes.putInt((int) crc.getValue()).flip());
  }
}
