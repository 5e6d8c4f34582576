package dev.keelson.coordination;

import dev.keelson.coordination.MetadataStore.Listing;
import dev.keelson.coordination.MetadataStore.Subscription;
import dev.keelson.core.schema.TableSchema;
import dev.keelson.proto.internal.v1.KeyspaceRecord;
import dev.keelson.proto.internal.v1.TableRecord;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Predicate;

/** Keeps the {@link Catalog} of this process up to date. Thread-safe. */
public final class CatalogWatch implements AutoCloseable {
  private final Consumer<Catalog> listener;
  private final Subscription keyspaceWatch;
  private final Subscription tableWatch;
  private Map<String, Keyspace> keyspaces = Map.of();
  private Map<String, TableSchema> tables = Map.of();
  private boolean keyspacesKnown;
  private boolean tablesKnown;
  private volatile Catalog catalog = Catalog.EMPTY;
  private volatile boolean ready;

  private CatalogWatch(MetadataStore store, Consumer<Catalog> listener) {
    this.listener = listener;
    keyspaceWatch =
        store.watch(
            MetadataKeys.KEYSPACES,
            new WatchedRecords<>(
                entry -> Keyspace.fromRecord(KeyspaceRecord.parseFrom(entry.value())),
                new Part<>(this::keyspaces)));
    tableWatch =
        store.watch(
            MetadataKeys.TABLES,
            new WatchedRecords<>(
                entry -> TableSchema.fromRecord(TableRecord.parseFrom(entry.value())),
                new Part<>(this::tables)));
  }

  public static CatalogWatch start(MetadataStore store) {
    return start(store, catalog -> {});
  }

  /**
   * @param listener sees each catalog, one call at a time, on a thread of the store
   */
  public static CatalogWatch start(MetadataStore store, Consumer<Catalog> listener) {
    return new CatalogWatch(store, listener);
  }

  /** The newest catalog that this process knows; empty until {@link #isReady}. */
  public Catalog current() {
    return catalog;
  }

  /** Whether keyspaces and tables were read at least once. */
  public boolean isReady() {
    return ready;
  }

  /**
   * Waits until the catalog shows something, such as a table that this process has just created.
   * Blocks: for virtual threads only.
   *
   * @return the catalog that shows it; empty if none did in time
   */
  public synchronized Optional<Catalog> await(Predicate<Catalog> condition, Duration limit)
      throws InterruptedException {
    long end = System.nanoTime() + limit.toNanos();
    while (!condition.test(catalog)) {
      long left = end - System.nanoTime();
      if (left <= 0) {
        return Optional.empty();
      }
      TimeUnit.NANOSECONDS.timedWait(this, left);
    }
    return Optional.of(catalog);
  }

  private synchronized void keyspaces(Map<String, Keyspace> all) {
    keyspaces = all;
    keyspacesKnown = true;
    publish();
  }

  private synchronized void tables(Map<String, TableSchema> all) {
    tables = all;
    tablesKnown = true;
    publish();
  }

  private void publish() {
    if (keyspacesKnown && tablesKnown) {
      catalog = new Catalog(keyspaces.values(), tables.values());
      ready = true;
      notifyAll();
      listener.accept(catalog);
    }
  }

  @Override
  public void close() {
    keyspaceWatch.close();
    tableWatch.close();
  }

  private record Part<T>(Consumer<Map<String, T>> taker) implements WatchedRecords.Listener<T> {
    @Override
    public void reset(Map<String, T> all, Listing listing) {
      taker.accept(all);
    }

    @Override
    public void changed(
        Map<String, T> all, List<String> puts, List<String> deletes, long revision) {
      taker.accept(all);
    }
  }
}
