package dev.keelson.coordination;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.keelson.coordination.MetadataStore.Entry;
import dev.keelson.coordination.MetadataStore.Listing;
import dev.keelson.coordination.MetadataStore.Watcher;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the entries under a prefix as values. A record that can't be read is left out and named in
 * the log: one that a newer version wrote must not stop everything else.
 */
final class WatchedRecords<T> implements Watcher {
  private static final Logger LOG = LoggerFactory.getLogger(WatchedRecords.class);

  private final Parser<T> parser;
  private final Listener<T> listener;
  private final Map<String, T> byKey = new HashMap<>();

  /** Makes a value of an entry. */
  @FunctionalInterface
  interface Parser<T> {
    T parse(Entry entry) throws InvalidProtocolBufferException;
  }

  /** Sees all values after each change; called one at a time. */
  interface Listener<T> {
    void reset(Map<String, T> all, Listing listing);

    void changed(Map<String, T> all, List<String> puts, List<String> deletes, long revision);
  }

  WatchedRecords(Parser<T> parser, Listener<T> listener) {
    this.parser = parser;
    this.listener = listener;
  }

  @Override
  public void reset(Listing listing) {
    byKey.clear();
    listing.entries().forEach(this::take);
    listener.reset(Map.copyOf(byKey), listing);
  }

  @Override
  public void changed(List<Entry> puts, List<String> deletes, long revision) {
    puts.forEach(this::take);
    deletes.forEach(byKey::remove);
    listener.changed(Map.copyOf(byKey), puts.stream().map(Entry::key).toList(), deletes, revision);
  }

  private void take(Entry entry) {
    try {
      byKey.put(entry.key(), parser.parse(entry));
    } catch (InvalidProtocolBufferException | IllegalArgumentException e) {
      byKey.remove(entry.key());
      LOG.error("the record {} can't be read and is left out: {}", entry.key(), e.toString());
    }
  }
}
