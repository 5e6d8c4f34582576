package dev.keelson.client;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Reads a table's definition.
 *
 * <pre>
 * table  = [CREATE TABLE] [name "."] name "(" item { "," item } ")" [";"]
 * item   = name TYPE [NOT NULL] [PRIMARY KEY]  |  PRIMARY KEY "(" first { "," name [ASC|DESC] } ")"
 * first  = name  |  "(" name { "," name } ")"
 * </pre>
 */
final class TableText {
  /** What people type out of habit, and what it is called here. */
  private static final Map<String, ColumnType> FOREIGN =
      Map.ofEntries(
          Map.entry("BOOLEAN", ColumnType.BOOL),
          Map.entry("INT", ColumnType.INT64),
          Map.entry("INTEGER", ColumnType.INT64),
          Map.entry("BIGINT", ColumnType.INT64),
          Map.entry("LONG", ColumnType.INT64),
          Map.entry("FLOAT", ColumnType.DOUBLE),
          Map.entry("FLOAT64", ColumnType.DOUBLE),
          Map.entry("REAL", ColumnType.DOUBLE),
          Map.entry("TEXT", ColumnType.STRING),
          Map.entry("VARCHAR", ColumnType.STRING),
          Map.entry("CHAR", ColumnType.STRING),
          Map.entry("BLOB", ColumnType.BYTES),
          Map.entry("BYTEA", ColumnType.BYTES),
          Map.entry("DATETIME", ColumnType.TIMESTAMP),
          Map.entry("TIMESTAMPTZ", ColumnType.TIMESTAMP));

  private final String text;
  private int at;
  private boolean keyed;

  TableText(String text) {
    this.text = text;
  }

  TableDefinition read() {
    if (accept("CREATE")) {
      expect("TABLE");
    }
    String name = name("the table's name");
    TableDefinition.Builder table;
    if (accept(".")) {
      table = TableDefinition.named(name("the table's name")).keyspace(name);
    } else {
      table = TableDefinition.named(name);
    }
    expect("(");
    do {
      item(table);
    } while (accept(","));
    expect(")");
    boolean ended = accept(";");
    if (!peek().isEmpty()) {
      throw wrong(ended ? "nothing behind the semicolon" : "the end");
    }
    return table.build();
  }

  private void item(TableDefinition.Builder table) {
    if (accept("PRIMARY")) {
      expect("KEY");
      once();
      key(table);
      return;
    }
    String column = name("a column's name, or PRIMARY KEY");
    ColumnType type = type(column);
    boolean notNull = false;
    if (accept("NOT")) {
      expect("NULL");
      notNull = true;
    }
    if (notNull) {
      table.notNull(column, type);
    } else {
      table.column(column, type);
    }
    if (accept("PRIMARY")) {
      expect("KEY");
      once();
      table.partitionBy(column);
    }
  }

  private void key(TableDefinition.Builder table) {
    expect("(");
    if (accept("(")) {
      do {
        table.partitionBy(name("a partition column"));
      } while (accept(","));
      expect(")");
    } else {
      table.partitionBy(name("a partition column, or ("));
    }
    while (accept(",")) {
      String column = name("a clustering column");
      if (accept("DESC")) {
        table.descending(column);
      } else {
        accept("ASC");
        table.ascending(column);
      }
    }
    expect(")");
  }

  private void once() {
    if (keyed) {
      throw new IllegalArgumentException("there are two PRIMARY KEYs; a table has one");
    }
    keyed = true;
  }

  private ColumnType type(String column) {
    int start = at;
    String word = name("the type of " + column).toUpperCase(Locale.ROOT);
    Optional<ColumnType> type =
        Arrays.stream(ColumnType.values()).filter(it -> it.name().equals(word)).findFirst();
    return type.orElseThrow(
        () -> {
          ColumnType meant = FOREIGN.get(word);
          String known =
              Arrays.stream(ColumnType.values()).map(Enum::name).collect(Collectors.joining(", "));
          return new IllegalArgumentException(
              "the column "
                  + column
                  + " has the unknown type "
                  + word
                  + " at character "
                  + (start + 1)
                  + ": "
                  + (meant == null ? "there are " + known : "write " + meant));
        });
  }

  private String name(String what) {
    String token = peek();
    if (token.isEmpty() || !isWord(token.charAt(0))) {
      throw wrong(what);
    }
    return take(token);
  }

  private void expect(String token) {
    if (!accept(token)) {
      throw wrong(token);
    }
  }

  private boolean accept(String token) {
    String next = peek();
    if (!next.equalsIgnoreCase(token)) {
      return false;
    }
    take(next);
    return true;
  }

  private String take(String token) {
    at += token.length();
    return token;
  }

  /** The next word or sign; empty at the end. */
  private String peek() {
    while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
      at++;
    }
    int end = at;
    while (end < text.length() && isWord(text.charAt(end))) {
      end++;
    }
    if (end == at && at < text.length()) {
      end++;
    }
    return text.substring(at, end);
  }

  private static boolean isWord(char sign) {
    return Character.isLetterOrDigit(sign) || sign == '_';
  }

  private IllegalArgumentException wrong(String expected) {
    String found = peek();
    List<String> parts =
        List.of(
            "expected " + expected + " at character " + (at + 1),
            found.isEmpty() ? "but the text ends there" : "but found " + found,
            "in: " + text);
    return new IllegalArgumentException(String.join(" ", parts));
  }
}
