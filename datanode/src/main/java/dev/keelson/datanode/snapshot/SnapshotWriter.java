package dev.keelson.datanode.snapshot;

import com.google.protobuf.ByteString;
import dev.keelson.datanode.disk.Disk;
import dev.keelson.datanode.disk.DiskFile;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Writes a snapshot beside, block by block, and gives it its name when it is whole and durable.
 * Blocks are made here, or come from a peer as they lie in its file. Blocks its thread.
 */
public final class SnapshotWriter {
  /** Where the first block lies. */
  public static final long FIRST_BLOCK = SnapshotHeader.BYTES;

  private final Disk disk;
  private final SnapshotId id;
  private final DiskFile file;
  private final SnapshotSum sum = new SnapshotSum();
  private long end = FIRST_BLOCK;

  private SnapshotWriter(Disk disk, SnapshotId id, DiskFile file) {
    this.disk = disk;
    this.id = id;
    this.file = file;
  }

  static SnapshotWriter create(Disk disk, SnapshotId id) throws IOException {
    if (disk.list().contains(id.partName())) {
      disk.delete(id.partName());
    }
    DiskFile file = disk.createGrowing(id.partName());
    file.write(0, SnapshotHeader.encode(id));
    return new SnapshotWriter(disk, id, file);
  }

  /** Where the next block will lie. */
  public long end() {
    return end;
  }

  public void append(SnapshotBlock block) throws IOException {
    ByteString encoded = block.encode(id, end);
    sum.add(encoded);
    put(encoded);
  }

  /**
   * Takes a block of a peer.
   *
   * @return whether it was the last one
   * @throws DamagedSnapshotException when it doesn't belong here
   */
  public boolean receive(ByteString encoded) throws IOException {
    SnapshotBlock block = SnapshotBlock.decode(id, end, encoded);
    if (block.kind() == SnapshotBlock.Kind.END) {
      if (!sum.matches(block)) {
        throw new DamagedSnapshotException(id, end, "other blocks were sent than were written");
      }
      put(encoded);
      return true;
    }
    sum.add(encoded);
    put(encoded);
    return false;
  }

  /** All blocks that were made here are there. */
  public void appendEnd() throws IOException {
    put(sum.end().encode(id, end));
  }

  private void put(ByteString encoded) throws IOException {
    for (ByteBuffer part : encoded.asReadOnlyByteBufferList()) {
      int count = part.remaining();
      file.write(end, part);
      end += count;
    }
  }

  /** Makes it durable under its name: only after this may anything count on it (R18). */
  public void publish() throws IOException {
    file.force();
    file.close();
    disk.rename(id.partName(), id.fileName());
    disk.syncDirectory();
  }

  public void abandon() throws IOException {
    file.close();
    if (disk.list().contains(id.partName())) {
      disk.delete(id.partName());
    }
  }
}
