package dev.keelson.datanode.storage;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import dev.keelson.core.command.VersionedRow;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Rows in a Chronicle Map beside an index of their keys on the heap. Begins on the heap alone and
 * moves into larger and larger maps before they are full, in the background, while rows are
 * written.
 */
public final class ChronicleRows implements OrderedRows {
  static final String SUFFIX = ".rows";
  private static final int PUTS_BETWEEN_MOVES = 4096;
  private static final int MOVE_ATTEMPTS = 3;

  private final Path directory;
  private final String name;
  private final Executor background;
  private final KeyIndex keys = new KeyIndex();
  private RowStore store = new HeapStore();
  private @Nullable StoreCopy copy;
  private int generation;
  private long largeRows;
  private long putKeyBytes;
  private long putRowBytes;
  private long puts;

  /** A move that failed isn't tried again before so many puts. */
  private long nextMoveAt;

  private boolean closed;

  /**
   * @param name begins the names of its files in {@code directory}
   * @param background platform threads, since Chronicle keeps much per thread
   */
  public ChronicleRows(Path directory, String name, Executor background) {
    this.directory = directory;
    this.name = name;
    this.background = background;
  }

  @Override
  public Optional<VersionedRow> row(ByteString key) {
    return StoredRow.read(store, key.toByteArray());
  }

  @Override
  public void put(ByteString key, long version, ByteString row) {
    byte[] keyBytes = key.toByteArray();
    makeRoom();
    boolean isNew = keys.add(keyBytes);
    if (!isNew && largeRows > 0) {
      removePieces(keyBytes);
    }
    if (StoredRow.isLarge(row)) {
      putPieces(keyBytes, version, row);
    } else {
      putValue(StoredRow.rowKey(keyBytes), StoredRow.whole(version, row));
    }
    puts++;
    putKeyBytes += keyBytes.length;
    putRowBytes += row.size();
  }

  private void putPieces(byte[] key, long version, ByteString row) {
    largeRows++;
    byte[] head = StoredRow.inPieces(version, row);
    for (int number = 0; number < StoredRow.pieces(head); number++) {
      putValue(StoredRow.pieceKey(key, number), StoredRow.piece(row, number));
    }
    putValue(StoredRow.rowKey(key), head);
  }

  @Override
  public void delete(ByteString key) {
    byte[] keyBytes = key.toByteArray();
    if (!keys.remove(keyBytes)) {
      return;
    }
    if (largeRows > 0) {
      removePieces(keyBytes);
    }
    removeValue(StoredRow.rowKey(keyBytes));
  }

  private void removePieces(byte[] key) {
    byte[] old = store.value(StoredRow.rowKey(key));
    int pieces = old == null ? 0 : StoredRow.pieces(old);
    if (pieces > 0) {
      largeRows--;
    }
    for (int number = 0; number < pieces; number++) {
      removeValue(StoredRow.pieceKey(key, number));
    }
  }

  private void putValue(byte[] key, byte[] value) {
    store.put(key, value);
    StoreCopy moving = copy;
    if (moving != null) {
      moving.put(key, value);
    }
  }

  private void removeValue(byte[] key) {
    store.remove(key);
    StoreCopy moving = copy;
    if (moving != null) {
      moving.remove(key);
    }
  }

  /**
   * Before each row: goes one step on with a move, begins one when it is time, ends it at once when
   * it is late.
   */
  private void makeRoom() {
    StoreCopy moving = copy;
    if (moving == null) {
      if (store.isFilling() && puts >= nextMoveAt) {
        beginMove();
      }
    } else if (moving.hasFailed()) {
      abandon(moving);
    } else if (moving.advance()) {
      moveTo(moving);
    }
    if (store.isFull()) {
      moveNow();
    }
  }

  private StoreCopy beginMove() {
    generation++;
    Path file = directory.resolve(name + "-" + generation + SUFFIX);
    long perPut = Math.max(1, puts);
    long rows = Math.max(1, keys.size());
    long pieces = largeRows == 0 ? 0 : putRowBytes / StoredRow.PIECE_BYTES * rows / perPut;
    StoreSize size =
        StoreSize.forMoreThan(
            rows + pieces, putKeyBytes * rows / perPut, putRowBytes * rows / perPut + rows * 9);
    StoreCopy moving =
        new StoreCopy(
            store, keys, size.entries(), () -> ChronicleStore.create(file, size), background);
    copy = moving;
    return moving;
  }

  private void moveTo(StoreCopy moving) {
    RowStore old = store;
    store = moving.target();
    copy = null;
    background.execute(old::discard);
  }

  private void abandon(StoreCopy moving) {
    copy = null;
    nextMoveAt = puts + PUTS_BETWEEN_MOVES;
    moving.abandon(() -> {});
  }

  /** The present store must not take another row, so the loop waits for the move. */
  private void moveNow() {
    for (int attempt = 1; ; attempt++) {
      StoreCopy moving = copy == null ? beginMove() : copy;
      try {
        moving.finish();
        moveTo(moving);
        return;
      } catch (RuntimeException noRoom) {
        abandon(moving);
        if (attempt == MOVE_ATTEMPTS) {
          throw new IllegalStateException(
              "no room for more rows in " + directory + ": free or add disk space", noRoom);
        }
      }
    }
  }

  @Override
  public void scan(ByteString lower, ByteString upper, boolean reverse, RowVisitor visitor) {
    keys.visit(
        lower.toByteArray(),
        upper.toByteArray(),
        reverse,
        key ->
            visitor.row(
                UnsafeByteOperations.unsafeWrap(key),
                StoredRow.read(store, key)
                    .orElseThrow(
                        () -> new IllegalStateException("row of an indexed key is gone"))));
  }

  @Override
  public void scanKeys(ByteString lower, ByteString upper, boolean reverse, KeyVisitor visitor) {
    keys.visit(
        lower.toByteArray(),
        upper.toByteArray(),
        reverse,
        key -> visitor.key(UnsafeByteOperations.unsafeWrap(key)));
  }

  @Override
  public long rowCount() {
    return keys.size();
  }

  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    StoreCopy moving = copy;
    RowStore last = store;
    if (moving != null) {
      moving.abandon(last::discard);
    } else {
      background.execute(last::discard);
    }
  }
}
