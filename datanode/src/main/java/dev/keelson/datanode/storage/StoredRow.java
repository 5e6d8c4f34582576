package dev.keelson.datanode.storage;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import dev.keelson.core.command.VersionedRow;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;

/**
 * How a row lies in a store. A map of small entries holds large values badly, so large rows lie in
 * pieces under keys of their own.
 *
 * <pre>
 *   key  0 │ key                   value  0 │ version │ row
 *   key  0 │ key                   value  1 │ version │ length of the row
 *   key  1 │ number │ key          value  piece
 *   key  0 │ key                   value  (empty): deleted while the store was copied
 * </pre>
 */
final class StoredRow {
  static final int PIECE_BYTES = 16 << 10;

  private static final byte WHOLE = 0;
  private static final byte IN_PIECES = 1;
  private static final byte ROW_KEY = 0;
  private static final byte PIECE_KEY = 1;
  private static final int ROW_OFFSET = 1 + Long.BYTES;

  static final byte[] DELETED = {};

  private StoredRow() {}

  static byte[] rowKey(byte[] key) {
    byte[] rowKey = new byte[1 + key.length];
    rowKey[0] = ROW_KEY;
    System.arraycopy(key, 0, rowKey, 1, key.length);
    return rowKey;
  }

  static byte[] pieceKey(byte[] key, int number) {
    return ByteBuffer.allocate(1 + Integer.BYTES + key.length)
        .put(PIECE_KEY)
        .putInt(number)
        .put(key)
        .array();
  }

  static boolean isLarge(ByteString row) {
    return row.size() > PIECE_BYTES;
  }

  static byte[] whole(long version, ByteString row) {
    byte[] value = new byte[ROW_OFFSET + row.size()];
    ByteBuffer.wrap(value).put(WHOLE).putLong(version);
    row.copyTo(value, ROW_OFFSET);
    return value;
  }

  static byte[] inPieces(long version, ByteString row) {
    return ByteBuffer.allocate(ROW_OFFSET + Integer.BYTES)
        .put(IN_PIECES)
        .putLong(version)
        .putInt(row.size())
        .array();
  }

  static byte[] piece(ByteString row, int number) {
    int from = number * PIECE_BYTES;
    return row.substring(from, Math.min(row.size(), from + PIECE_BYTES)).toByteArray();
  }

  /** How many pieces belong to the value of a row. */
  static int pieces(byte[] value) {
    if (value.length == 0 || value[0] == WHOLE) {
      return 0;
    }
    int length = ByteBuffer.wrap(value).getInt(ROW_OFFSET);
    return (length + PIECE_BYTES - 1) / PIECE_BYTES;
  }

  static Optional<VersionedRow> read(RowStore store, byte[] key) {
    byte[] value = store.value(rowKey(key));
    if (value == null || value.length == 0) {
      return Optional.empty();
    }
    long version = ByteBuffer.wrap(value).getLong(1);
    ByteString row =
        value[0] == WHOLE
            ? UnsafeByteOperations.unsafeWrap(value, ROW_OFFSET, value.length - ROW_OFFSET)
            : joined(store, key, value);
    return Optional.of(new VersionedRow(version, row));
  }

  private static ByteString joined(RowStore store, byte[] key, byte[] value) {
    int length = ByteBuffer.wrap(value).getInt(ROW_OFFSET);
    byte[] row = new byte[length];
    for (int number = 0; number < pieces(value); number++) {
      byte[] piece = store.value(pieceKey(key, number));
      int from = number * PIECE_BYTES;
      if (piece == null || piece.length != Math.min(PIECE_BYTES, length - from)) {
        throw new IllegalStateException(
            "piece "
                + number
                + " of a row of "
                + length
                + " bytes is missing under "
                + Arrays.toString(key));
      }
      System.arraycopy(piece, 0, row, from, piece.length);
    }
    return UnsafeByteOperations.unsafeWrap(row);
  }
}
