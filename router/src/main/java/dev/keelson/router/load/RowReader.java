package dev.keelson.router.load;

import dev.keelson.core.error.ErrorCode;
import dev.keelson.core.request.RowMutation;
import dev.keelson.core.request.Tables;
import dev.keelson.core.request.WriteTranslator;
import dev.keelson.core.schema.Names;
import dev.keelson.core.schema.RowValues;
import dev.keelson.core.schema.TableSchema;
import dev.keelson.proto.v1.BulkLoadHeader;
import dev.keelson.proto.v1.Tuple;
import java.util.HashSet;
import java.util.List;
import java.util.stream.IntStream;

/** Turns the tuples of a load into rows of its table, as the load's header says. */
final class RowReader {
  private final TableSchema table;
  private final List<Integer> positions;
  private final WriteTranslator translator;

  private RowReader(TableSchema table, List<Integer> positions, WriteTranslator translator) {
    this.table = table;
    this.positions = positions;
    this.translator = translator;
  }

  static RowReader of(Tables tables, WriteTranslator translator, BulkLoadHeader header) {
    TableSchema table =
        tables.table(Names.keyspaceOrDefault(header.getKeyspace()), header.getTable());
    List<Integer> positions =
        header.getColumnsCount() == 0
            ? IntStream.range(0, table.columns().size()).boxed().toList()
            : header.getColumnsList().stream().map(table::position).toList();
    if (new HashSet<>(positions).size() != positions.size()) {
      throw ErrorCode.INVALID_REQUEST.because("The load's header names a column twice");
    }
    return new RowReader(table, positions, translator);
  }

  /** The row to put; throws what is wrong with it. */
  RowMutation read(Tuple tuple) {
    return translator.put(RowValues.of(table, positions, tuple));
  }
}
