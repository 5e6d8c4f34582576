package dev.keelson.core.row;

import com.google.protobuf.ByteString;

/** The numbers of the row format. They are on disks: none ever changes. */
final class RowFormat {
  static final byte VERSION = 1;
  static final int NULL_TAG = 0;
  static final int TAG_BITS = 4;
  static final int TAG_MASK = (1 << TAG_BITS) - 1;
  static final int UUID_BYTES = 16;

  /** A row without columns. */
  static final ByteString EMPTY_ROW = ByteString.copyFrom(new byte[] {VERSION});

  private RowFormat() {}
}
