package dev.keelson.core.key;

import com.google.protobuf.ByteString;

/**
 * The encoded primary key of a row, and what its bytes say without the table.
 *
 * @param bytes the whole key
 */
public record RowKey(ByteString bytes) {
  static final int TABLE_BYTES = 4;
  static final int SUFFIX_BYTES = 2;

  /** The greatest partition part that the suffix can tell. */
  static final int GREATEST_PARTITION = 0xffff;

  /** The key that the bytes are; they are as long as they say, nothing else is checked. */
  public static RowKey parse(ByteString bytes) throws MalformedKeyException {
    if (bytes.size() < TABLE_BYTES + 1 + SUFFIX_BYTES) {
      throw new MalformedKeyException("a key of " + bytes.size() + " bytes is too short");
    }
    RowKey key = new RowKey(bytes);
    if (key.partitionLength() < 1
        || key.partitionLength() > bytes.size() - TABLE_BYTES - SUFFIX_BYTES) {
      throw new MalformedKeyException(
          "a key of %d bytes names a partition of %d"
              .formatted(bytes.size(), key.partitionLength()));
    }
    return key;
  }

  public int tableId() {
    return (bytes.byteAt(0) & 0xff) << 24
        | (bytes.byteAt(1) & 0xff) << 16
        | (bytes.byteAt(2) & 0xff) << 8
        | (bytes.byteAt(3) & 0xff);
  }

  /** The hash that picks the shard. */
  public int partitionHash() {
    byte[] partition = partition().toByteArray();
    return PartitionHash.of(partition, 0, partition.length);
  }

  /** The encoded partition columns, without the table: equal for rows that lie together. */
  public ByteString partition() {
    return bytes.substring(TABLE_BYTES, TABLE_BYTES + partitionLength());
  }

  private int partitionLength() {
    int end = bytes.size();
    return (bytes.byteAt(end - 2) & 0xff) << 8 | (bytes.byteAt(end - 1) & 0xff);
  }
}
