package dev.keelson.core.command;

import com.google.protobuf.ByteString;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Rows in a map. */
final class MapRows implements Rows {
  private final Map<ByteString, VersionedRow> rows = new HashMap<>();

  @Override
  public Optional<VersionedRow> row(ByteString key) {
    return Optional.ofNullable(rows.get(key));
  }

  @Override
  public void put(ByteString key, long version, ByteString row) {
    rows.put(key, new VersionedRow(version, row));
  }

  @Override
  public void delete(ByteString key) {
    rows.remove(key);
  }

  Map<ByteString, VersionedRow> all() {
    return Map.copyOf(rows);
  }
}
