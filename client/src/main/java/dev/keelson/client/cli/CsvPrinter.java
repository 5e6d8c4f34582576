package dev.keelson.client.cli;

import java.io.PrintWriter;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** RFC 4180; NULL is an empty field, an empty string is {@code ""}. */
final class CsvPrinter implements RowPrinter {
  private final PrintWriter out;

  CsvPrinter(PrintWriter out, List<String> columns) {
    this.out = out;
    row(columns);
  }

  @Override
  public void row(List<? extends @Nullable Object> values) {
    out.println(line(values));
  }

  static String line(List<? extends @Nullable Object> values) {
    return values.stream().map(CsvPrinter::field).collect(Collectors.joining(","));
  }

  private static String field(@Nullable Object value) {
    String text = ValueText.format(value);
    boolean quoted =
        (value != null && text.isEmpty())
            || text.chars().anyMatch(it -> it == ',' || it == '"' || it == '\n' || it == '\r');
    return quoted ? '"' + text.replace("\"", "\"\"") + '"' : text;
  }

  @Override
  public void close() {}
}
