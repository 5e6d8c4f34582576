package dev.keelson.datanode.storage;

import com.google.protobuf.ByteString;
import dev.keelson.core.command.VersionedRow;
import dev.keelson.proto.internal.v1.SnapshotRow;
import java.util.Comparator;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Rows of which a picture can be read, exact at the moment when it was begun, bit by bit while they
 * are changed. What a row was is kept when it is changed before the picture has got to it.
 *
 * <pre>
 *   keys   … in the picture already … │ cursor │ … as they are, or as they were if kept …
 * </pre>
 */
public final class PicturedRows implements OrderedRows {
  private static final Comparator<ByteString> ORDER =
      ByteString.unsignedLexicographicalComparator();

  /** What a kept row costs beside its bytes, roughly. */
  private static final int KEPT_BYTES = 128;

  /** Rows that one slice looks at, lest a turn take long where nearly all are newer. */
  private static final int SLICE_ROWS = 4096;

  private final OrderedRows rows;
  private @Nullable Picture picture;

  public PicturedRows(OrderedRows rows) {
    this.rows = rows;
  }

  /** Begins a picture of the rows as they are now, in place of any other one. */
  public void beginPicture(long mostKeptBytes) {
    picture = new Picture(mostKeptBytes);
  }

  public void endPicture() {
    picture = null;
  }

  /** False when there is none, or when it was given up because too much would have to be kept. */
  public boolean hasPicture() {
    return picture != null;
  }

  /**
   * Adds the next rows of the picture to {@code slice}, up to about {@code bytes}.
   *
   * @return whether there may be more
   */
  public boolean slice(int bytes, List<SnapshotRow> slice) {
    Picture current = picture;
    if (current == null) {
      throw new IllegalStateException("there is no picture");
    }
    return current.slice(bytes, slice);
  }

  @Override
  public Optional<VersionedRow> row(ByteString key) {
    return rows.row(key);
  }

  @Override
  public void put(ByteString key, long version, ByteString row) {
    keep(key);
    rows.put(key, version, row);
  }

  @Override
  public void delete(ByteString key) {
    keep(key);
    rows.delete(key);
  }

  private void keep(ByteString key) {
    Picture current = picture;
    if (current != null && !current.keep(key)) {
      picture = null;
    }
  }

  @Override
  public void scan(ByteString lower, ByteString upper, boolean reverse, RowVisitor visitor) {
    rows.scan(lower, upper, reverse, visitor);
  }

  @Override
  public void scanKeys(ByteString lower, ByteString upper, boolean reverse, KeyVisitor visitor) {
    rows.scanKeys(lower, upper, reverse, visitor);
  }

  @Override
  public long rowCount() {
    return rows.rowCount();
  }

  @Override
  public void close() {
    picture = null;
    rows.close();
  }

  private final class Picture {
    private final long mostKeptBytes;

    /** Rows at and above the cursor as they were; empty where there was none. */
    private final TreeMap<ByteString, Optional<VersionedRow>> kept = new TreeMap<>(ORDER);

    private ByteString cursor = ByteString.EMPTY;
    private long keptBytes;

    Picture(long mostKeptBytes) {
      this.mostKeptBytes = mostKeptBytes;
    }

    /** False when that would be too much. */
    boolean keep(ByteString key) {
      if (ORDER.compare(key, cursor) < 0 || kept.containsKey(key)) {
        return true;
      }
      Optional<VersionedRow> was = row(key);
      kept.put(key, was);
      keptBytes += key.size() + KEPT_BYTES + was.map(it -> it.row().size()).orElse(0);
      return keptBytes <= mostKeptBytes;
    }

    boolean slice(int bytes, List<SnapshotRow> slice) {
      Slice taken = new Slice(bytes, slice);
      rows.scan(cursor, ByteString.EMPTY, false, taken::live);
      boolean more = taken.isFull() || !taken.keptBelow(Optional.empty());
      taken.close();
      return more;
    }

    /** One walk over what is there and what was kept, in the order of their keys. */
    private final class Slice {
      private final int most;
      private final List<SnapshotRow> slice;
      private final NavigableMap<ByteString, Optional<VersionedRow>> old = kept;
      private ByteString last = ByteString.EMPTY;
      private boolean moved;
      private long bytes;
      private int seen;

      Slice(int most, List<SnapshotRow> slice) {
        this.most = most;
        this.slice = slice;
      }

      boolean isFull() {
        return bytes >= most || seen >= SLICE_ROWS;
      }

      /** Shows a row that is there now; false when the slice is full without it. */
      boolean live(ByteString key, VersionedRow row) {
        if (!keptBelow(Optional.of(key)) || isFull()) {
          return false;
        }
        if (old.containsKey(key)) {
          take(key, old.getOrDefault(key, Optional.empty()));
        } else {
          take(key, Optional.of(row));
        }
        return !isFull();
      }

      /** Takes what was kept behind the last key and below this one; false when it is full. */
      boolean keptBelow(Optional<ByteString> key) {
        while (true) {
          ByteString next = moved ? old.higherKey(last) : old.ceilingKey(cursor);
          if (next == null || key.filter(it -> ORDER.compare(next, it) >= 0).isPresent()) {
            return true;
          }
          if (isFull()) {
            return false;
          }
          take(next, old.getOrDefault(next, Optional.empty()));
        }
      }

      private void take(ByteString key, Optional<VersionedRow> row) {
        last = key;
        moved = true;
        seen++;
        if (row.isPresent()) {
          bytes += key.size() + row.get().row().size() + Long.BYTES;
          slice.add(
              SnapshotRow.newBuilder()
                  .setKey(key)
                  .setVersion(row.get().version())
                  .setRow(row.get().row())
                  .build());
        }
      }

      /** What is in the picture need no longer be kept. */
      void close() {
        if (!moved) {
          return;
        }
        cursor = last.concat(ByteString.copyFrom(new byte[1]));
        NavigableMap<ByteString, Optional<VersionedRow>> done = old.headMap(cursor, false);
        done.forEach(
            (key, was) ->
                keptBytes -= key.size() + KEPT_BYTES + was.map(it -> it.row().size()).orElse(0));
        done.clear();
      }
    }
  }
}
