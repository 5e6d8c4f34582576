package dev.keelson.client.cli;

import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** An array with an object for each row, on a line of its own. */
final class JsonPrinter implements RowPrinter {
  private final PrintWriter out;
  private final List<String> columns;
  private boolean any;

  JsonPrinter(PrintWriter out, List<String> columns) {
    this.out = out;
    this.columns = columns;
  }

  @Override
  public void row(List<? extends @Nullable Object> values) {
    Map<String, @Nullable Object> object = new LinkedHashMap<>();
    for (int i = 0; i < columns.size(); i++) {
      object.put(columns.get(i), values.get(i));
    }
    out.print(any ? ",\n  " : "[\n  ");
    out.print(Json.text(object));
    any = true;
  }

  @Override
  public void close() {
    out.println(any ? "\n]" : "[]");
  }
}
