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
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * The contents of the one metadata store of a simulated cluster; linearizable, at the moment a
 * request arrives.
 */
public final class SharedMetadata {
  private static final long STORE = 77;

  private final TreeMap<String, Entry> entries = new TreeMap<>();
  private final List<Consumer<Entry>> observers = new ArrayList<>();
  private long revision = 1;
  private boolean away;

  public Optional<Entry> get(String key) {
    return Optional.ofNullable(entries.get(key));
  }

  public Listing list(String prefix) {
    List<Entry> found =
        entries.tailMap(prefix, true).values().stream()
            .filter(it -> it.key().startsWith(prefix))
            .toList();
    return new Listing(found, revision, STORE);
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
        return new SwapResult.Refused(current, revision);
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
    return new SwapResult.Swapped(revision);
  }

  private void put(String key, ByteString value) {
    Entry entry = new Entry(key, value, revision);
    entries.put(key, entry);
    observers.forEach(it -> it.accept(entry));
  }

  public void observe(Consumer<Entry> observer) {
    observers.add(observer);
  }

  public void away(boolean isAway) {
    away = isAway;
  }

  boolean isAway() {
    return away;
  }
}
