package dev.keelson.core.request;

import dev.keelson.core.error.ErrorCode;
import dev.keelson.core.schema.KeyColumn;
import dev.keelson.core.schema.Names;
import dev.keelson.core.schema.RowValues;
import dev.keelson.core.schema.TableSchema;

/** Checks that several requests share. */
final class Requests {
  private Requests() {}

  static TableSchema table(Tables tables, String keyspace, String name) {
    return tables.table(Names.keyspaceOrDefault(keyspace), name);
  }

  /** Refuses columns that are not of the primary key where a key is asked for. */
  static void checkOnlyKey(RowValues values) {
    TableSchema schema = values.schema();
    for (int position = 0; position < schema.columns().size(); position++) {
      if (values.names(position) && !schema.inKey(position)) {
        throw ErrorCode.INVALID_REQUEST.because(
            "Column %s is not of the primary key of table %s, so it cannot name a row"
                .formatted(schema.column(position).name(), schema.fullName()));
      }
    }
  }

  static void checkOnlyPartition(RowValues values) {
    checkOnlyKey(values);
    for (KeyColumn column : values.schema().clusteringColumns()) {
      if (values.names(column.position())) {
        throw ErrorCode.INVALID_REQUEST.because(
            "Column %s is a clustering column: use the bounds of the scan for it"
                .formatted(column.column().name()));
      }
    }
  }

  static long limit(long requested) {
    // The field is unsigned, so a negative one is a number beyond all rows.
    return requested < 0 ? Long.MAX_VALUE : requested;
  }
}
