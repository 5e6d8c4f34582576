package dev.keelson.client.cli;

import dev.keelson.client.ColumnType;
import dev.keelson.client.TableDefinition;
import dev.keelson.client.TableDefinition.Column;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Which field of a record goes into which column, and how it is read. */
final class LoadPlan {
  private record Target(int field, Column column, boolean key) {}

  private static final char NOT_UTF_8 = '\uFFFD';

  private final int fields;
  private final List<Target> targets;
  private final boolean lineNumber;
  private final List<String> columns;

  private LoadPlan(int fields, List<Target> targets, @Nullable String lineColumn) {
    this.fields = fields;
    this.targets = targets;
    this.lineNumber = lineColumn != null;
    List<String> names = new ArrayList<>(targets.stream().map(it -> it.column.name()).toList());
    if (lineColumn != null) {
      names.add(lineColumn);
    }
    this.columns = List.copyOf(names);
  }

  /**
   * Matches a file's header with a table.
   *
   * @param renamed the column of a name in the header; empty leaves the field out
   * @param lineColumn the column that gets the number of the line, if any
   * @throws UserException that says what does not match, and how to put it right
   */
  static LoadPlan of(
      List<@Nullable String> header,
      TableDefinition table,
      Map<String, String> renamed,
      @Nullable String lineColumn) {
    List<Target> targets = new ArrayList<>();
    Set<String> filled = new HashSet<>();
    Set<String> unused = new HashSet<>(renamed.keySet());
    for (int i = 0; i < header.size(); i++) {
      String name = header.get(i) == null ? "" : header.get(i);
      unused.remove(name);
      String column = renamed.getOrDefault(name, name);
      if (!column.isEmpty()) {
        fill(filled, column);
        boolean key = table.primaryKey().contains(column);
        targets.add(new Target(i, target(table, name, column), key));
      }
    }
    if (!unused.isEmpty()) {
      throw new UserException(
          "--map names "
              + String.join(", ", unused)
              + ", which the file's first line has not; it"
              + " has "
              + header);
    }
    if (lineColumn != null) {
      fill(filled, lineColumn);
      if (ValueText.column(table, lineColumn).type() != ColumnType.INT64) {
        throw new UserException(
            "--line-number needs an INT64 column, which " + lineColumn + " isn't");
      }
    }
    for (String key : table.primaryKey()) {
      if (!filled.contains(key)) {
        throw new UserException(
            "nothing in the file fills "
                + key
                + ", a column of the primary key: name it with --map"
                + " FIELD="
                + key
                + ", or use --line-number "
                + key);
      }
    }
    return new LoadPlan(header.size(), List.copyOf(targets), lineColumn);
  }

  private static void fill(Set<String> filled, String column) {
    if (!filled.add(column)) {
      throw new UserException("two fields of the file go into the column " + column);
    }
  }

  private static Column target(TableDefinition table, String name, String column) {
    return table
        .column(column)
        .orElseThrow(
            () ->
                new UserException(
                    "the file's field `"
                        + name
                        + "` has no column in "
                        + table.name()
                        + ": say where it goes with --map "
                        + name
                        + "=COLUMN, or leave it out with"
                        + " --map "
                        + name
                        + "="));
  }

  /** What {@link #values} gives values for. */
  List<String> columns() {
    return columns;
  }

  /**
   * The values of a record.
   *
   * @throws UserException that says why the record is bad
   */
  @Nullable Object[] values(List<@Nullable String> record, long line) {
    if (record.size() != fields) {
      throw new UserException(record.size() + " fields instead of " + fields);
    }
    @Nullable Object[] values = new @Nullable Object[columns.size()];
    for (int i = 0; i < targets.size(); i++) {
      Target target = targets.get(i);
      values[i] = value(target, record.get(target.field));
    }
    if (lineNumber) {
      values[targets.size()] = line;
    }
    return values;
  }

  private static @Nullable Object value(Target target, @Nullable String text) {
    Column column = target.column;
    if (text == null) {
      if (!target.key && !column.notNull()) {
        return null;
      }
      if (column.type() == ColumnType.STRING) {
        return "";
      }
      throw new UserException("nothing for the column " + column.name() + ", which can't be NULL");
    }
    if (text.indexOf(NOT_UTF_8) >= 0) {
      throw new UserException("the field for " + column.name() + " is not UTF-8");
    }
    return ValueText.parse(text, column);
  }
}
