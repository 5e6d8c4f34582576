package dev.keelson.simulation.world;

import com.google.protobuf.ByteString;
import dev.keelson.coordination.MetadataStore.Change;
import dev.keelson.coordination.MetadataStore.Entry;
import dev.keelson.coordination.MetadataStore.Guard;
import dev.keelson.coordination.MetadataStore.Listing;
import dev.keelson.coordination.MetadataStore.Swap;
import dev.keelson.coordination.MetadataStore.SwapResult;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * The contents of the one metadata store of a simulated cluster; linearizable, at the moment a
 * request arrives.
 */
public final class SharedMetadata {
  private final TreeMap<String, Entry> entries = new TreeMap<>();
  private final List<Consumer<Entry>> observers = new ArrayList<>();
  private final List<Runnable> watches = new ArrayList<>();
  private long storeId = 77;
  private long revision = 1;
  private long connections;
  private boolean away;

  /** The contents at one moment. */
  public record Backup(SortedMap<String, Entry> entries, long revision, long storeId) {}

  public Optional<Entry> get(String key) {
    return Optional.ofNullable(entries.get(key));
  }

  public Listing list(String prefix) {
    List<Entry> found =
        entries.tailMap(prefix, true).values().stream()
            .filter(it -> it.key().startsWith(prefix))
            .toList();
    return new Listing(found, revision, storeId);
  }

  public Listing read(String key) {
    return new Listing(get(key).stream().toList(), revision, storeId);
  }

  public SwapResult swap(Swap swap) {
    for (Guard guard : swap.guards()) {
      if (get(guard.key()).map(Entry::modRevision).orElse(0L) != guard.modRevision()) {
        List<Entry> current =
            swap.guards().stream()
                .map(Guard::key)
                .map(this::get)
                .flatMap(Optional::stream)
                .toList();
        return new SwapResult.Refused(current, revision, storeId);
      }
    }
    revision++;
    for (Change change : swap.changes()) {
      if (change instanceof Change.Put put) {
        put(put.key(), put.value());
      } else {
        throw new UnsupportedOperationException("nothing deletes in a simulation yet");
      }
    }
    return new SwapResult.Swapped(revision, storeId);
  }

  private void put(String key, ByteString value) {
    Entry entry = new Entry(key, value, revision);
    entries.put(key, entry);
    observers.forEach(it -> it.accept(entry));
  }

  public void observe(Consumer<Entry> observer) {
    observers.add(observer);
  }

  /** Told when the store comes back from a backup, which no watch outlives. */
  void onBreak(Runnable watch) {
    watches.add(watch);
  }

  public Backup backup() {
    return new Backup(new TreeMap<>(entries), revision, storeId);
  }

  /** The store ends, and comes back as it was, perhaps as another one. */
  public void restore(Backup backup, long asStore) {
    entries.clear();
    entries.putAll(backup.entries());
    revision = backup.revision();
    storeId = asStore;
    connections++;
    watches.forEach(Runnable::run);
  }

  /** What is on its way under an older number never arrives. */
  long connections() {
    return connections;
  }

  public void away(boolean isAway) {
    away = isAway;
  }

  boolean isAway() {
    return away;
  }
}
