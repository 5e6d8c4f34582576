package dev.keelson.client.cli;

import dev.keelson.client.KeelsonClient;
import dev.keelson.client.Row;
import dev.keelson.client.Rows;
import dev.keelson.client.Scan;
import dev.keelson.client.TableScan;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "scan",
    description = {
      "Reads the rows of one partition in primary-key order, or those of a whole table.",
      "Those of a table come in no order. A bound gives values for the first clustering columns."
    },
    footer = {
      "",
      "Examples:",
      "  keelson scan flights ATL --from 2001-01-01T08:00 --before 2001-01-01T09:00",
      "  keelson scan flights ATL --reverse --limit 5",
      "  keelson scan flights --count",
      "  keelson scan -o csv airports > airports.csv"
    })
final class ScanCommand extends ClientCommand {
  @Parameters(index = "0", paramLabel = "TABLE", description = "NAME or KEYSPACE.NAME.")
  private String table = "";

  @Parameters(
      index = "1..*",
      paramLabel = "PARTITION",
      description = "A value for each partition column; none for the whole table.")
  private List<String> partition = List.of();

  @Option(names = "--from", split = ",", paramLabel = "V", description = "Begin with these.")
  private List<String> from = List.of();

  @Option(names = "--after", split = ",", paramLabel = "V", description = "Begin behind these.")
  private List<String> after = List.of();

  @Option(names = "--to", split = ",", paramLabel = "V", description = "End with these.")
  private List<String> to = List.of();

  @Option(names = "--before", split = ",", paramLabel = "V", description = "End in front of these.")
  private List<String> before = List.of();

  @Option(names = "--reverse", description = "Last row first.")
  private boolean reverse;

  @Option(names = "--limit", paramLabel = "N", description = "At most so many rows.")
  private long limit;

  @Option(names = "--columns", split = ",", paramLabel = "COLUMN", description = "Only these.")
  private List<String> columns = List.of();

  @Mixin private final Freshness freshness = new Freshness();

  @Option(names = "--count", description = "Only count the rows.")
  private boolean count;

  @Option(
      names = "--continue",
      paramLabel = "TOKEN",
      description = "Go on where an earlier scan with a limit ended.")
  private String token = "";

  @Override
  void run(KeelsonClient client) {
    TypedTable typed = TypedTable.open(client, table);
    if (limit < 0) {
      throw new UserException("--limit must be positive");
    }
    if (count && partition.isEmpty()) {
      checkNoBounds();
      TableScan scan = tableScan(typed);
      counted(scan.count());
      return;
    }
    try (Rows rows = rows(typed)) {
      if (count) {
        counted(rows.stream().count());
      } else {
        print(typed, rows);
      }
    }
  }

  private void counted(long rowCount) {
    done(String.valueOf(rowCount), Map.of("rows", rowCount));
  }

  private void print(TypedTable typed, Rows rows) {
    List<String> shown = columns.isEmpty() ? typed.columns() : columns;
    try (RowPrinter printer = RowPrinter.to(out(), output(), shown)) {
      while (rows.hasNext()) {
        Row row = rows.next();
        printer.row(TypedTable.values(row, shown));
        if (out().checkError()) {
          // Whoever read our output has gone, as `head` does.
          return;
        }
      }
    }
    byte[] next = rows.continuation();
    if (limit > 0 && next.length > 0) {
      out().flush();
      err().println("there is more: --continue " + Base64.getUrlEncoder().encodeToString(next));
    }
  }

  private Rows rows(TypedTable typed) {
    if (partition.isEmpty()) {
      checkNoBounds();
      return tableScan(typed).rows();
    }
    Scan scan = freshness.of(typed.table()).scan(typed.partition(partition));
    if (!from.isEmpty()) {
      scan.from(typed.bound(from));
    }
    if (!after.isEmpty()) {
      scan.after(typed.bound(after));
    }
    if (!to.isEmpty()) {
      scan.to(typed.bound(to));
    }
    if (!before.isEmpty()) {
      scan.before(typed.bound(before));
    }
    if (reverse) {
      scan.reverse();
    }
    if (limit > 0) {
      scan.limit(limit);
    }
    if (count) {
      scan.columns(typed.definition().primaryKey().get(0));
    } else {
      columns.forEach(typed::column);
      scan.columns(columns.toArray(String[]::new));
    }
    return scan.continueAt(position()).rows();
  }

  private TableScan tableScan(TypedTable typed) {
    columns.forEach(typed::column);
    TableScan scan = freshness.of(typed.table()).scanAll().columns(columns.toArray(String[]::new));
    if (limit > 0) {
      scan.limit(limit);
    }
    return scan.continueAt(position());
  }

  private byte[] position() {
    try {
      return Base64.getUrlDecoder().decode(token);
    } catch (IllegalArgumentException wrong) {
      throw new UserException("--continue takes what an earlier scan printed");
    }
  }

  private void checkNoBounds() {
    boolean bounded =
        !from.isEmpty() || !after.isEmpty() || !to.isEmpty() || !before.isEmpty() || reverse;
    if (bounded) {
      throw new UserException(
          "bounds and --reverse are for the rows of one partition: name it behind the table");
    }
  }
}
