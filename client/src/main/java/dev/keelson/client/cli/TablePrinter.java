package dev.keelson.client.cli;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Aligned columns. The first rows decide the widths, so that a long scan needs no memory. */
final class TablePrinter implements RowPrinter {
  private static final int ROWS_THAT_DECIDE = 500;
  private static final String NULL = "NULL";

  private final PrintWriter out;
  private final List<String> columns;
  private final int[] widths;
  private final boolean[] numeric;
  private final List<List<String>> waiting = new ArrayList<>();
  private boolean decided;

  TablePrinter(PrintWriter out, List<String> columns) {
    this.out = out;
    this.columns = columns;
    this.widths = columns.stream().mapToInt(TablePrinter::width).toArray();
    this.numeric = new boolean[columns.size()];
  }

  @Override
  public void row(List<? extends @Nullable Object> values) {
    List<String> texts = new ArrayList<>();
    for (int i = 0; i < values.size(); i++) {
      Object value = values.get(i);
      String text = value == null ? NULL : oneLine(ValueText.format(value));
      texts.add(text);
      if (!decided) {
        widths[i] = Math.max(widths[i], width(text));
        numeric[i] |= value instanceof Number;
      }
    }
    if (decided) {
      print(texts);
    } else {
      waiting.add(texts);
      if (waiting.size() == ROWS_THAT_DECIDE) {
        decide();
      }
    }
  }

  private void decide() {
    decided = true;
    print(columns);
    StringBuilder rule = new StringBuilder();
    for (int i = 0; i < widths.length; i++) {
      rule.append(i == 0 ? "" : "  ").append("─".repeat(widths[i]));
    }
    out.println(rule);
    waiting.forEach(this::print);
    waiting.clear();
  }

  private void print(List<String> texts) {
    StringBuilder line = new StringBuilder();
    for (int i = 0; i < texts.size(); i++) {
      String padding = " ".repeat(Math.max(0, widths[i] - width(texts.get(i))));
      boolean last = i == texts.size() - 1;
      line.append(i == 0 ? "" : "  ");
      line.append(numeric[i] ? padding + texts.get(i) : texts.get(i) + (last ? "" : padding));
    }
    out.println(line);
  }

  /** A row is a line, and what a row holds must not command the terminal. */
  private static String oneLine(String text) {
    return text.chars().anyMatch(Character::isISOControl)
        ? text.replaceAll("\\p{Cntrl}", "·")
        : text;
  }

  private static int width(String text) {
    return text.codePointCount(0, text.length());
  }

  @Override
  public void close() {
    if (!decided) {
      decide();
    }
  }
}
