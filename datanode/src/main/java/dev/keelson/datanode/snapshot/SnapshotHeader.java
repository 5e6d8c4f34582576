package dev.keelson.datanode.snapshot;

import dev.keelson.core.replication.Position;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;

/**
 * The first bytes of a snapshot; all of them follow from its id.
 *
 * <pre>
 *   0 magic │ 8 version │ 12 CRC │ 16 shard │ 20 checksum │ 24 term │ 32 index │ zeros up to 64
 * </pre>
 */
final class SnapshotHeader {
  static final int BYTES = 64;
  static final int VERSION = 1;

  private static final long MAGIC = 0x50_41_4E_53_4C_45_4B_4EL;
  private static final int CHECKSUM_OFFSET = 12;

  private SnapshotHeader() {}

  static ByteBuffer encode(SnapshotId id) {
    ByteBuffer header = ByteBuffer.allocate(BYTES).order(ByteOrder.LITTLE_ENDIAN);
    Position at = id.at();
    header.putLong(MAGIC).putInt(VERSION).putInt(0).putInt(id.shard().number());
    header.putInt(at.checksum()).putLong(at.term()).putLong(at.index());
    header.clear();
    header.putInt(CHECKSUM_OFFSET, checksum(header));
    return header;
  }

  /**
   * @throws SnapshotFormatException when it is a header, but of another format
   */
  static void check(SnapshotId id, ByteBuffer header)
      throws SnapshotFormatException, DamagedSnapshotException {
    checkVersion(id.fileName(), header);
    if (!encode(id).equals(header)) {
      throw new DamagedSnapshotException(id, 0, "not its header");
    }
  }

  static void checkVersion(String file, ByteBuffer header) throws SnapshotFormatException {
    ByteBuffer read = header.duplicate().order(ByteOrder.LITTLE_ENDIAN);
    int stored = read.getInt(CHECKSUM_OFFSET);
    ByteBuffer copy = ByteBuffer.allocate(BYTES).order(ByteOrder.LITTLE_ENDIAN);
    copy.put(read.duplicate().clear()).clear();
    copy.putInt(CHECKSUM_OFFSET, 0);
    boolean header64 = read.getLong(0) == MAGIC && checksum(copy) == stored;
    if (header64 && read.getInt(8) != VERSION) {
      throw new SnapshotFormatException(file, read.getInt(8));
    }
  }

  private static int checksum(ByteBuffer header) {
    CRC32C crc = new CRC32C();
    crc.update(header.duplicate().clear());
    return (int) crc.getValue();
  }
}
