package dev.keelson.datanode.journal;

import java.util.ArrayList;
import java.util.List;
import java.util.function.LongConsumer;

/**
 * Where the entries {@code first … last} of one shard lie: eight bytes each, in chunks, so that
 * growing copies nothing and both ends can be cut.
 */
final class EntryIndex {
  private static final int CHUNK = 1024;

  /** Told of each location that is forgotten. */
  private final LongConsumer forgotten;

  private final List<long[]> chunks = new ArrayList<>();

  /** Index of the entry in the first slot of the first chunk. */
  private long origin;

  private long first;
  private long last;

  /** An empty index whose first entry will be {@code first}. */
  EntryIndex(long first, LongConsumer forgotten) {
    this.forgotten = forgotten;
    this.origin = first;
    this.first = first;
    this.last = first - 1;
  }

  long first() {
    return first;
  }

  /** {@code first() - 1} when it is empty. */
  long last() {
    return last;
  }

  boolean has(long index) {
    return index >= first && index <= last;
  }

  long location(long index) {
    if (!has(index)) {
      throw new IllegalArgumentException("no entry " + index + " in " + first + ".." + last);
    }
    long slot = index - origin;
    return chunks.get((int) (slot / CHUNK))[(int) (slot % CHUNK)];
  }

  void append(long location) {
    long slot = ++last - origin;
    int chunk = (int) (slot / CHUNK);
    if (chunk == chunks.size()) {
      chunks.add(new long[CHUNK]);
    }
    chunks.get(chunk)[(int) (slot % CHUNK)] = location;
  }

  /** Forgets the entries at and above {@code index}. */
  void truncateFrom(long index) {
    while (last >= Math.max(index, first)) {
      forgotten.accept(location(last));
      last--;
    }
    int needed = (int) ((last - origin + CHUNK) / CHUNK);
    while (chunks.size() > Math.max(needed, 0)) {
      chunks.removeLast();
    }
  }

  /** Forgets the entries below {@code index}. */
  void releaseBelow(long index) {
    while (first <= last && first < index) {
      forgotten.accept(location(first));
      first++;
    }
    int dead = (int) Math.min((first - origin) / CHUNK, chunks.size());
    if (dead > 0) {
      chunks.subList(0, dead).clear();
      origin += (long) dead * CHUNK;
    }
  }
}
