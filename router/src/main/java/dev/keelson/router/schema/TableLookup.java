package dev.keelson.router.schema;

import dev.keelson.coordination.CatalogStore;
import dev.keelson.coordination.CatalogWatch;
import dev.keelson.core.error.DatabaseException;
import dev.keelson.core.request.Tables;
import dev.keelson.core.schema.Names;
import dev.keelson.core.schema.TableSchema;
import dev.keelson.router.work.VirtualThreads;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;

/**
 * Finds tables that this router doesn't know yet because they were made through another one a
 * moment ago: asks the metadata store, and if it has the table, waits for the watch to bring it.
 */
public final class TableLookup {
  private static final Duration WATCH_LAG = Duration.ofSeconds(2);

  private final CatalogStore store;
  private final CatalogWatch watch;
  private final VirtualThreads threads;
  private final VirtualThreads.Room room;
  private final Map<Name, CompletableFuture<Boolean>> underWay = new ConcurrentHashMap<>();

  private record Name(String keyspace, String table) {}

  public TableLookup(
      CatalogStore store, CatalogWatch watch, VirtualThreads threads, VirtualThreads.Room room) {
    this.store = store;
    this.watch = watch;
    this.threads = threads;
    this.room = room;
  }

  /**
   * Whether the table is known by the time that this completes. One question at a time for each
   * name, and only so many in all: what is beyond is answered with no.
   */
  public CompletableFuture<Boolean> appears(String keyspace, String table) {
    Name name = new Name(Names.keyspaceOrDefault(keyspace), table);
    CompletableFuture<Boolean> mine = new CompletableFuture<>();
    CompletableFuture<Boolean> other = underWay.putIfAbsent(name, mine);
    if (other != null) {
      return other;
    }
    threads
        .run(room, () -> complete(name, mine))
        .ifPresent(
            refusal -> {
              underWay.remove(name);
              mine.complete(false);
            });
    return mine;
  }

  private void complete(Name name, CompletableFuture<Boolean> answer) {
    boolean found = false;
    try {
      int id = store.describeTable(name.keyspace, name.table).id();
      found = watch.await(catalog -> catalog.table(id).isPresent(), WATCH_LAG).isPresent();
    } catch (DatabaseException e) {
      // It isn't there, or nobody can say: the caller has a better error for that.
      found = false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      underWay.remove(name);
      answer.complete(found);
    }
  }

  /** The same tables for those who may block. */
  public Tables patient(Tables known) {
    return (keyspace, name) -> {
      try {
        return known.table(keyspace, name);
      } catch (DatabaseException notKnown) {
        return lookedUp(known, keyspace, name, notKnown);
      }
    };
  }

  private TableSchema lookedUp(
      Tables known, String keyspace, String name, DatabaseException notKnown) {
    try {
      if (appears(keyspace, name).get()) {
        return known.table(keyspace, name);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException e) {
      throw DatabaseException.internal("A table could not be looked up", e);
    }
    throw notKnown;
  }
}
