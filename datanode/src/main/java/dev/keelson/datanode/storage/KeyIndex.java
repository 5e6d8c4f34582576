package dev.keelson.datanode.storage;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * The keys of a shard in unsigned byte order: a tree of leaves with about a hundred keys each.
 * Beside the part of a key that differs from its neighbours' an entry takes about four bytes. For
 * one thread.
 */
final class KeyIndex {
  private static final byte[] LEAST = {};

  /** By a lower bound of each leaf's keys; the first leaf's is {@link #LEAST}. */
  private final TreeMap<byte[], KeyLeaf> leaves = new TreeMap<>(Arrays::compareUnsigned);

  private long size;

  KeyIndex() {
    leaves.put(LEAST, new KeyLeaf());
  }

  long size() {
    return size;
  }

  boolean contains(byte[] key) {
    return leafOf(key).getValue().find(key) >= 0;
  }

  /** False when it was there. */
  boolean add(byte[] key) {
    KeyLeaf leaf = leafOf(key).getValue();
    int found = leaf.find(key);
    if (found >= 0) {
      return false;
    }
    int place = -1 - found;
    size++;
    if (!leaf.canTake(key)) {
      insertAlone(leaf, place, key);
      return true;
    }
    leaf.insert(place, key);
    if (leaf.isFull()) {
      split(leaf, place);
    }
    return true;
  }

  /** A key that is unlike all of the leaf's comes before or behind all of them. */
  private void insertAlone(KeyLeaf leaf, int place, byte[] key) {
    if (place == 0) {
      KeyLeaf right = leaf.moveAll();
      leaves.put(right.key(0), right);
      leaf.insert(0, key);
    } else {
      KeyLeaf right = new KeyLeaf();
      right.insert(0, key);
      leaves.put(key.clone(), right);
    }
  }

  /** Keys often come in ascending order: then the leaf is left full. */
  private void split(KeyLeaf leaf, int place) {
    int from = place == leaf.count() - 1 ? place : leaf.count() / 2;
    KeyLeaf right = leaf.splitAt(from);
    leaves.put(right.key(0), right);
  }

  /** False when it wasn't there. */
  boolean remove(byte[] key) {
    Map.Entry<byte[], KeyLeaf> entry = leafOf(key);
    int found = entry.getValue().find(key);
    if (found < 0) {
      return false;
    }
    entry.getValue().remove(found);
    size--;
    mergeWithNext(entry);
    return true;
  }

  private void mergeWithNext(Map.Entry<byte[], KeyLeaf> entry) {
    KeyLeaf leaf = entry.getValue();
    if (leaf.count() == 0 && entry.getKey().length > 0) {
      leaves.remove(entry.getKey());
      return;
    }
    Map.Entry<byte[], KeyLeaf> next = leaves.higherEntry(entry.getKey());
    if (next != null && leaf.canMergeWith(next.getValue())) {
      leaf.append(next.getValue());
      leaves.remove(next.getKey());
    }
  }

  /**
   * Shows the keys of [lower, upper) until the visitor has enough; an empty {@code upper} is no
   * bound.
   */
  void visit(byte[] lower, byte[] upper, boolean reverse, Predicate<byte[]> visitor) {
    if (upper.length > 0 && Arrays.compareUnsigned(lower, upper) >= 0) {
      return;
    }
    NavigableMap<byte[], KeyLeaf> range = leaves.tailMap(leafOf(lower).getKey(), true);
    if (upper.length > 0) {
      range = range.headMap(upper, false);
    }
    for (KeyLeaf leaf : (reverse ? range.descendingMap() : range).values()) {
      if (!visit(leaf, lower, upper, reverse, visitor)) {
        return;
      }
    }
  }

  private static boolean visit(
      KeyLeaf leaf, byte[] lower, byte[] upper, boolean reverse, Predicate<byte[]> visitor) {
    int from = place(leaf, lower);
    int to = upper.length == 0 ? leaf.count() : place(leaf, upper);
    for (int i = from; i < to; i++) {
      if (!visitor.test(leaf.key(reverse ? to - 1 - (i - from) : i))) {
        return false;
      }
    }
    return true;
  }

  private static int place(KeyLeaf leaf, byte[] key) {
    int found = leaf.find(key);
    return found >= 0 ? found : -1 - found;
  }

  /** Up to {@code limit} keys from {@code lower} on. */
  List<byte[]> page(byte[] lower, int limit) {
    List<byte[]> page = new ArrayList<>(limit);
    visit(
        lower,
        LEAST,
        false,
        key -> {
          page.add(key);
          return page.size() < limit;
        });
    return page;
  }

  private Map.Entry<byte[], KeyLeaf> leafOf(byte[] key) {
    Map.Entry<byte[], KeyLeaf> entry = leaves.floorEntry(key);
    if (entry == null) {
      throw new IllegalStateException("no first leaf");
    }
    return entry;
  }
}
