package dev.keelson.datanode.storage;

import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Moves rows into a larger store while they are written: the loop writes to both, and hands out the
 * keys page by page for the background to copy. What the loop wrote wins over what is copied, and
 * what it deleted stays deleted.
 *
 * <pre>
 *   creating ──► page, page, …, last page ──► done
 * </pre>
 *
 * <p>Used by the loop; only {@link #copy} runs in the background.
 */
final class StoreCopy {
  /**
   * Many, since each page waits for the background to be scheduled; handing one out takes well
   * below a millisecond.
   */
  private static final int PAGE_KEYS = 4096;

  private static final byte[] BEGINNING = {};

  private final RowStore from;
  private final KeyIndex keys;
  private final long capacity;
  private final Executor background;
  private byte[] nextKey = BEGINNING;
  private boolean allHandedOut;
  private volatile @Nullable RowStore target;

  /** What the background does now or did last. Fails when the copy can't go on. */
  private CompletableFuture<?> step;

  /** The larger store couldn't take what the loop wrote. */
  private boolean overrun;

  /**
   * Begins to create the larger store.
   *
   * @param capacity how many rows the larger store is made for
   */
  StoreCopy(
      RowStore from, KeyIndex keys, long capacity, Supplier<RowStore> larger, Executor background) {
    this.from = from;
    this.keys = keys;
    this.capacity = capacity;
    this.background = background;
    this.step = CompletableFuture.runAsync(() -> target = larger.get(), background);
  }

  /**
   * Whether the copy leads nowhere: there is no room for the larger store, or it has become too
   * small.
   */
  boolean hasFailed() {
    RowStore larger = target;
    boolean tooSmall = larger != null && (larger.isFull() || keys.size() > capacity);
    return overrun || tooSmall || step.isCompletedExceptionally();
  }

  void put(byte[] key, byte[] value) {
    RowStore larger = target;
    if (larger == null || overrun) {
      return;
    }
    try {
      larger.put(key, value);
    } catch (RuntimeException full) {
      overrun = true;
    }
  }

  /** Leaves a mark, lest the background put back what it has just read. */
  void remove(byte[] key) {
    put(key, StoredRow.DELETED);
  }

  /** Hands out the next page if the last is copied; says whether all are. */
  boolean advance() {
    RowStore larger = target;
    if (larger == null || !step.isDone()) {
      return false;
    }
    if (allHandedOut) {
      return true;
    }
    List<byte[]> page = nextPage();
    step = CompletableFuture.runAsync(() -> copy(page, larger), background);
    return false;
  }

  /**
   * Copies what is left here and now, for when the old store has no room left.
   *
   * @throws RuntimeException when that can't be done
   */
  void finish() {
    step.join();
    while (!allHandedOut && !hasFailed()) {
      copy(nextPage(), target());
    }
    if (hasFailed()) {
      throw new IllegalStateException("the larger map is too small for " + keys.size() + " rows");
    }
  }

  private List<byte[]> nextPage() {
    List<byte[]> page = keys.page(nextKey, PAGE_KEYS);
    allHandedOut = page.size() < PAGE_KEYS;
    if (!allHandedOut) {
      byte[] last = page.getLast();
      nextKey = Arrays.copyOf(last, last.length + 1);
    }
    return page;
  }

  private void copy(List<byte[]> page, RowStore larger) {
    page.forEach(key -> copy(key, larger));
  }

  private void copy(byte[] key, RowStore larger) {
    byte[] rowKey = StoredRow.rowKey(key);
    byte[] value = from.value(rowKey);
    if (value == null || value.length == 0) {
      return;
    }
    larger.putIfAbsent(rowKey, value);
    for (int number = 0; number < StoredRow.pieces(value); number++) {
      byte[] pieceKey = StoredRow.pieceKey(key, number);
      byte[] piece = from.value(pieceKey);
      if (piece != null) {
        larger.putIfAbsent(pieceKey, piece);
      }
    }
  }

  /** The larger store, once {@link #advance} has said so. */
  RowStore target() {
    RowStore larger = target;
    if (larger == null) {
      throw new IllegalStateException("there is no larger store yet");
    }
    return larger;
  }

  /**
   * Gives the copy up: nobody writes to it any more. {@code then} runs when nobody reads the old
   * store either.
   */
  void abandon(Runnable then) {
    Runnable end =
        () -> {
          RowStore larger = target;
          if (larger != null) {
            larger.discard();
          }
          then.run();
        };
    if (step.isDone()) {
      background.execute(end);
    } else {
      step = step.handle((ignored, failure) -> runAndPass(end, failure));
    }
  }

  private static @Nullable Throwable runAndPass(Runnable end, @Nullable Throwable failure) {
    end.run();
    return failure;
  }
}
