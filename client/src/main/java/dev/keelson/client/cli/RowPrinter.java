package dev.keelson.client.cli;

import java.io.PrintWriter;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Writes rows with the same columns, one by one. {@link #close} writes what is still missing. */
interface RowPrinter extends AutoCloseable {
  void row(List<? extends @Nullable Object> values);

  @Override
  void close();

  static RowPrinter to(PrintWriter out, OutputFormat format, List<String> columns) {
    return switch (format) {
      case table -> new TablePrinter(out, columns);
      case json -> new JsonPrinter(out, columns);
      case csv -> new CsvPrinter(out, columns);
    };
  }
}
