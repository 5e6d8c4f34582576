package dev.keelson.coordination;

import dev.keelson.coordination.MetadataStore.Change;
import dev.keelson.coordination.MetadataStore.Guard;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** What a swap may hold, whatever the store, so that one tried in memory goes through in etcd. */
final class SwapLimits {
  private SwapLimits() {}

  static void check(List<Guard> guards, List<Change> changes) {
    checkCount("guards", guards.size());
    checkCount("changes", changes.size());
    if (changes.isEmpty()) {
      throw new IllegalArgumentException("a swap needs a change");
    }
    checkDifferent("guard", guards.stream().map(Guard::key).toList());
    checkDifferent("change", changes.stream().map(Change::key).toList());
    long bytes = changes.stream().mapToLong(SwapLimits::size).sum();
    if (bytes > MetadataStore.MAXIMUM_BYTES) {
      throw new IllegalArgumentException(
          "a swap may hold " + MetadataStore.MAXIMUM_BYTES + " bytes, this one has " + bytes);
    }
  }

  private static void checkCount(String what, int count) {
    if (count > MetadataStore.MAXIMUM_OPERATIONS) {
      throw new IllegalArgumentException(
          "a swap may have " + MetadataStore.MAXIMUM_OPERATIONS + " " + what + ", not " + count);
    }
  }

  private static void checkDifferent(String what, List<String> keys) {
    Set<String> seen = new HashSet<>();
    for (String key : keys) {
      MetadataKeys.check(key);
      if (!seen.add(key)) {
        throw new IllegalArgumentException("a swap may have one " + what + " of a key: " + key);
      }
    }
  }

  private static long size(Change change) {
    return switch (change) {
      case Change.Put put -> put.key().length() + (long) put.value().size();
      case Change.Delete delete -> delete.key().length();
    };
  }
}
