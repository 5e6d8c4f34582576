package dev.keelson.core.request;

import dev.keelson.core.schema.TableSchema;

/** Finds tables by name. */
@FunctionalInterface
public interface Tables {
  /**
   * The table of that name; throws KEYSPACE_NOT_FOUND or TABLE_NOT_FOUND.
   *
   * @param keyspace never empty: the default one is filled in
   */
  TableSchema table(String keyspace, String name);
}
