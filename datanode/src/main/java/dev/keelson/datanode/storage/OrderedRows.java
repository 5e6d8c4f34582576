package dev.keelson.datanode.storage;

import com.google.protobuf.ByteString;
import dev.keelson.core.command.Rows;
import dev.keelson.core.command.VersionedRow;

/** The rows of a shard replica, in key order. One thread at a time. */
public interface OrderedRows extends Rows, AutoCloseable {
  /**
   * Shows the rows of [lower, upper) in key order, or backwards from upper, until the visitor has
   * enough.
   *
   * @param upper empty means to the end
   */
  void scan(ByteString lower, ByteString upper, boolean reverse, RowVisitor visitor);

  /** Like {@link #scan}, without reading the rows themselves. */
  void scanKeys(ByteString lower, ByteString upper, boolean reverse, KeyVisitor visitor);

  long rowCount();

  /** Lets go of memory and files; the rows are rebuilt from the journal. */
  @Override
  void close();

  /** Sees rows one by one. */
  interface RowVisitor {
    /**
     * @return false to end the scan behind this row
     */
    boolean row(ByteString key, VersionedRow row);
  }

  /** Sees keys one by one. */
  interface KeyVisitor {
    boolean key(ByteString key);
  }
}
