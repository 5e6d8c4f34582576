package dev.keelson.router.schema;

import dev.keelson.coordination.Catalog;
import dev.keelson.coordination.CatalogWatch;
import dev.keelson.core.error.ErrorCode;
import dev.keelson.core.request.Tables;
import dev.keelson.core.schema.Names;
import dev.keelson.core.schema.TableSchema;

/** The tables that this router knows of by watch; one that was just made may be missing. */
public final class KnownTables implements Tables {
  private final CatalogWatch watch;

  public KnownTables(CatalogWatch watch) {
    this.watch = watch;
  }

  @Override
  public TableSchema table(String keyspace, String name) {
    Catalog catalog = watch.current();
    return catalog
        .table(keyspace, name)
        .orElseThrow(
            () ->
                catalog.keyspace(keyspace).isPresent()
                    ? ErrorCode.TABLE_NOT_FOUND.because(
                        "There is no table '%s.%s'"
                            .formatted(Names.shortened(keyspace), Names.shortened(name)))
                    : ErrorCode.KEYSPACE_NOT_FOUND.because(
                        "There is no keyspace '%s'".formatted(Names.shortened(keyspace))));
  }

  public boolean knows(String keyspace, String name) {
    return watch.current().table(Names.keyspaceOrDefault(keyspace), name).isPresent();
  }
}
