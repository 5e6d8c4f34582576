package dev.keelson.datanode.snapshot;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import dev.keelson.datanode.disk.Disk;
import dev.keelson.datanode.disk.DiskFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;

/** Reads a snapshot and checks all of it on the way. Blocks its thread. */
public final class SnapshotReader implements AutoCloseable {
  private final SnapshotId id;
  private final DiskFile file;
  private final long size;
  private final SnapshotSum sum = new SnapshotSum();
  private long position = SnapshotHeader.BYTES;

  private SnapshotReader(SnapshotId id, DiskFile file) throws IOException {
    this.id = id;
    this.file = file;
    this.size = file.size();
  }

  static SnapshotReader open(Disk disk, SnapshotId id) throws IOException {
    SnapshotReader reader = new SnapshotReader(id, disk.open(id.fileName()));
    try {
      SnapshotHeader.check(id, reader.bytes(0, SnapshotHeader.BYTES));
      return reader;
    } catch (IOException unreadable) {
      reader.close();
      throw unreadable;
    }
  }

  /**
   * The next block; empty behind the last one, when everything was as it was written.
   *
   * @throws DamagedSnapshotException when it is not
   */
  public Optional<SnapshotBlock> next() throws IOException {
    ByteString encoded = encodedAt(position);
    SnapshotBlock block = SnapshotBlock.decode(id, position, encoded);
    if (block.kind() == SnapshotBlock.Kind.END) {
      if (!sum.matches(block)) {
        throw new DamagedSnapshotException(id, position, "blocks are missing");
      }
      return Optional.empty();
    }
    sum.add(encoded);
    position += encoded.size();
    return Optional.of(block);
  }

  /** The whole block that begins there, checked, for a peer. */
  ByteString blockAt(long offset) throws IOException {
    ByteString encoded = encodedAt(offset);
    SnapshotBlock.decode(id, offset, encoded);
    return encoded;
  }

  private ByteString encodedAt(long offset) throws IOException {
    int length = SnapshotBlock.lengthOf(bytes(offset, SnapshotBlock.HEADER_BYTES));
    if (length < 0 || length > SnapshotBlock.GREATEST_BYTES) {
      throw new DamagedSnapshotException(id, offset, "length " + length);
    }
    return UnsafeByteOperations.unsafeWrap(bytes(offset, SnapshotBlock.HEADER_BYTES + length));
  }

  private ByteBuffer bytes(long offset, int count) throws IOException {
    if (offset < 0 || offset + count > size) {
      throw new DamagedSnapshotException(id, offset, "it ends at " + size);
    }
    ByteBuffer bytes = ByteBuffer.allocate(count).order(ByteOrder.LITTLE_ENDIAN);
    file.read(offset, bytes);
    return bytes.flip().order(ByteOrder.LITTLE_ENDIAN);
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
