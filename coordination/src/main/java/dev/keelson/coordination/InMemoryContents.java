package dev.keelson.coordination;

import dev.keelson.coordination.MetadataStore.Change;
import dev.keelson.coordination.MetadataStore.Entry;
import dev.keelson.coordination.MetadataStore.Guard;
import dev.keelson.coordination.MetadataStore.Listing;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/** Entries and their revision, with etcd's rules: a revision for each change that changes much. */
final class InMemoryContents {
  private final TreeMap<String, Entry> entries = new TreeMap<>();
  private final long storeId;
  private long revision;

  InMemoryContents(Listing saved) {
    storeId = saved.storeId();
    revision = saved.revision();
    saved.entries().forEach(entry -> entries.put(entry.key(), entry));
  }

  /** What a change did, as a watcher sees it. */
  record Effect(List<Entry> puts, List<String> deletes, long revision) {
    boolean isEmpty() {
      return puts.isEmpty() && deletes.isEmpty();
    }

    Effect under(String prefix) {
      return new Effect(
          puts.stream().filter(entry -> entry.key().startsWith(prefix)).toList(),
          deletes.stream().filter(key -> key.startsWith(prefix)).toList(),
          revision);
    }
  }

  long revision() {
    return revision;
  }

  Optional<Entry> entry(String key) {
    return Optional.ofNullable(entries.get(key));
  }

  long storeId() {
    return storeId;
  }

  Listing read(String key) {
    return new Listing(entry(key).stream().toList(), revision, storeId);
  }

  Listing list(String prefix) {
    List<Entry> found =
        entries.tailMap(prefix, true).values().stream()
            .takeWhile(entry -> entry.key().startsWith(prefix))
            .toList();
    return new Listing(found, revision, storeId);
  }

  boolean hold(Collection<Guard> guards) {
    return guards.stream()
        .allMatch(
            guard -> entry(guard.key()).map(Entry::modRevision).orElse(0L) == guard.modRevision());
  }

  Effect apply(Collection<Change> changes) {
    List<Entry> puts = new ArrayList<>();
    List<String> deletes = new ArrayList<>();
    long next = revision + 1;
    for (Change change : changes) {
      switch (change) {
        case Change.Put put -> {
          Entry entry = new Entry(put.key(), put.value(), next);
          entries.put(put.key(), entry);
          puts.add(entry);
        }
        case Change.Delete delete -> {
          if (entries.remove(delete.key()) != null) {
            deletes.add(delete.key());
          }
        }
      }
    }
    Effect effect = new Effect(puts, deletes, next);
    // Like etcd, a change that finds nothing to delete makes no revision.
    if (!effect.isEmpty()) {
      revision = next;
    }
    return new Effect(puts, deletes, revision);
  }
}
