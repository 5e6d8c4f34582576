package dev.keelson.datanode.storage;

import com.google.protobuf.ByteString;
import dev.keelson.core.command.VersionedRow;
import java.util.Comparator;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/** Rows in a sorted map: for simulations and tests. */
public final class InMemoryRows implements OrderedRows {
  private static final Comparator<ByteString> ORDER =
      ByteString.unsignedLexicographicalComparator();

  private final TreeMap<ByteString, VersionedRow> rows = new TreeMap<>(ORDER);

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

  @Override
  public void scan(ByteString lower, ByteString upper, boolean reverse, RowVisitor visitor) {
    for (Map.Entry<ByteString, VersionedRow> row : range(lower, upper, reverse).entrySet()) {
      if (!visitor.row(row.getKey(), row.getValue())) {
        return;
      }
    }
  }

  @Override
  public void scanKeys(ByteString lower, ByteString upper, boolean reverse, KeyVisitor visitor) {
    for (ByteString key : range(lower, upper, reverse).keySet()) {
      if (!visitor.key(key)) {
        return;
      }
    }
  }

  private NavigableMap<ByteString, VersionedRow> range(
      ByteString lower, ByteString upper, boolean reverse) {
    NavigableMap<ByteString, VersionedRow> range = rows.tailMap(lower, true);
    if (!upper.isEmpty()) {
      boolean empty = ORDER.compare(lower, upper) >= 0;
      range = empty ? new TreeMap<>(ORDER) : rows.subMap(lower, true, upper, false);
    }
    return reverse ? range.descendingMap() : range;
  }

  @Override
  public long rowCount() {
    return rows.size();
  }

  @Override
  public void close() {
    rows.clear();
  }
}
