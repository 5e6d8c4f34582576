package dev.keelson.datanode.storage;

import java.util.Arrays;

/**
 * Sorted keys in one array, what they have in common stored once.
 *
 * <pre>
 *   prefix │ suffix 0 │ suffix 1 │ …      ends: where each suffix ends
 * </pre>
 */
final class KeyLeaf {
  static final int MAX_KEYS = 128;
  private static final int MAX_BYTES = 16 << 10;
  private static final byte[] NOTHING = {};

  private byte[] prefix = NOTHING;
  private byte[] suffixes = NOTHING;
  private char[] ends = new char[0];
  private int count;

  int count() {
    return count;
  }

  boolean isFull() {
    return count >= 2 && (count > MAX_KEYS || bytes() > MAX_BYTES);
  }

  /**
   * Whether the key can be inserted. One that doesn't share the prefix may make the others too
   * long.
   */
  boolean canTake(byte[] key) {
    if (count == 0) {
      return true;
    }
    int mismatch = Arrays.mismatch(prefix, key);
    int common = mismatch < 0 ? prefix.length : mismatch;
    long grown = bytes() + (long) (prefix.length - common) * count + key.length - common;
    return grown <= 2 * MAX_BYTES;
  }

  /** Moves all keys into a new leaf. */
  KeyLeaf moveAll() {
    KeyLeaf moved = copy(0, count);
    count = 0;
    return moved;
  }

  /** Room for two in one. */
  boolean canMergeWith(KeyLeaf next) {
    long whole = bytes() + next.bytes() + (long) prefix.length * count;
    return count + next.count <= MAX_KEYS / 2
        && whole + (long) next.prefix.length * next.count <= MAX_BYTES / 2;
  }

  byte[] key(int position) {
    int start = start(position);
    int length = ends[position] - start;
    byte[] key = Arrays.copyOf(prefix, prefix.length + length);
    System.arraycopy(suffixes, start, key, prefix.length, length);
    return key;
  }

  /** Where the key is, or {@code -1 - place} where it would be. */
  int find(byte[] key) {
    int common = Math.min(prefix.length, key.length);
    int order = Arrays.compareUnsigned(key, 0, common, prefix, 0, common);
    if (order < 0 || (order == 0 && key.length < prefix.length)) {
      return -1;
    }
    return order > 0 ? -1 - count : findSuffix(key);
  }

  private int findSuffix(byte[] key) {
    int low = 0;
    int high = count - 1;
    while (low <= high) {
      int middle = (low + high) >>> 1;
      int order =
          Arrays.compareUnsigned(
              key, prefix.length, key.length, suffixes, start(middle), ends[middle]);
      if (order == 0) {
        return middle;
      } else if (order < 0) {
        high = middle - 1;
      } else {
        low = middle + 1;
      }
    }
    return -1 - low;
  }

  void insert(int place, byte[] key) {
    if (count == 0) {
      prefix = key.clone();
    } else {
      shortenPrefix(key);
    }
    int length = key.length - prefix.length;
    int start = start(place);
    int used = bytes();
    suffixes = withRoom(suffixes, used, length);
    System.arraycopy(suffixes, start, suffixes, start + length, used - start);
    System.arraycopy(key, prefix.length, suffixes, start, length);
    if (count == ends.length) {
      ends = Arrays.copyOf(ends, count + count / 4 + 4);
    }
    for (int i = count; i > place; i--) {
      ends[i] = (char) (ends[i - 1] + length);
    }
    ends[place] = (char) (start + length);
    count++;
  }

  void remove(int position) {
    int start = start(position);
    int length = ends[position] - start;
    System.arraycopy(suffixes, ends[position], suffixes, start, bytes() - ends[position]);
    for (int i = position; i < count - 1; i++) {
      ends[i] = (char) (ends[i + 1] - length);
    }
    count--;
  }

  /** Moves the keys from {@code from} on into a new leaf. */
  KeyLeaf splitAt(int from) {
    KeyLeaf right = copy(from, count);
    KeyLeaf left = copy(0, from);
    prefix = left.prefix;
    suffixes = left.suffixes;
    ends = left.ends;
    count = left.count;
    return right;
  }

  void append(KeyLeaf next) {
    for (int i = 0; i < next.count; i++) {
      insert(count, next.key(i));
    }
  }

  /** A tight leaf of some of the keys, with the longest prefix that they have. */
  private KeyLeaf copy(int from, int to) {
    KeyLeaf copy = new KeyLeaf();
    byte[] first = key(from);
    byte[] last = key(to - 1);
    int common = Arrays.mismatch(first, last);
    copy.prefix = Arrays.copyOf(first, common < 0 ? first.length : common);
    int skipped = copy.prefix.length - prefix.length;
    copy.count = to - from;
    copy.ends = new char[copy.count];
    copy.suffixes = new byte[ends[to - 1] - start(from) - skipped * copy.count];
    int end = 0;
    for (int i = from; i < to; i++) {
      int start = start(i) + skipped;
      System.arraycopy(suffixes, start, copy.suffixes, end, ends[i] - start);
      end += ends[i] - start;
      copy.ends[i - from] = (char) end;
    }
    return copy;
  }

  /** Makes the prefix one that {@code key} has too. */
  private void shortenPrefix(byte[] key) {
    int common = Arrays.mismatch(prefix, key);
    if (common < 0 || common == prefix.length) {
      return;
    }
    byte[] moved = Arrays.copyOfRange(prefix, common, prefix.length);
    byte[] longer = new byte[bytes() + moved.length * count];
    int end = 0;
    int start = 0;
    for (int i = 0; i < count; i++) {
      int length = ends[i] - start;
      System.arraycopy(moved, 0, longer, end, moved.length);
      System.arraycopy(suffixes, start, longer, end + moved.length, length);
      start = ends[i];
      end += moved.length + length;
      ends[i] = (char) end;
    }
    suffixes = longer;
    prefix = Arrays.copyOf(prefix, common);
  }

  private static byte[] withRoom(byte[] bytes, int used, int more) {
    int needed = used + more;
    return needed <= bytes.length ? bytes : Arrays.copyOf(bytes, needed + needed / 4);
  }

  private int start(int position) {
    return position == 0 ? 0 : ends[position - 1];
  }

  private int bytes() {
    return count == 0 ? 0 : ends[count - 1];
  }
}
