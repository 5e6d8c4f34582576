package dev.keelson.core.command;

import com.google.protobuf.ByteString;
import java.util.Optional;

/** The rows of a shard by encoded primary key, as far as the commands have been applied. */
public interface Rows {
  Optional<VersionedRow> row(ByteString key);

  void put(ByteString key, long version, ByteString row);

  /** Removes the row; nothing happens when there is none. */
  void delete(ByteString key);
}
