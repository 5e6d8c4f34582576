package dev.keelson.router.load;

import java.util.BitSet;

/** Which rows of a stream are done, and up to where all are. One thread at a time. */
final class DurableRows {
  private static final int COMPACT_AT = 1 << 16;

  private final BitSet done = new BitSet();

  /** The row that bit 0 stands for. */
  private long base;

  /** All rows before this one are done, counted from {@link #base}. */
  private int prefix;

  void done(long row) {
    done.set(Math.toIntExact(row - base));
    if (row - base == prefix) {
      prefix = done.nextClearBit(prefix);
    }
    if (prefix >= COMPACT_AT) {
      compact();
    }
  }

  /** How many rows from the first on are done without a gap. */
  long count() {
    return base + prefix;
  }

  private void compact() {
    BitSet rest = done.get(prefix, Math.max(prefix, done.length()));
    done.clear();
    done.or(rest);
    base += prefix;
    prefix = 0;
  }
}
