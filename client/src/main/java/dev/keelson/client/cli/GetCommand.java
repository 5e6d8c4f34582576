package dev.keelson.client.cli;

import dev.keelson.client.KeelsonClient;
import dev.keelson.client.Lookup;
import dev.keelson.client.Table;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "get",
    description = "Reads a row by its primary key.",
    footer = {
      "",
      "Examples:",
      "  keelson get airports ATL",
      "  keelson get airports ATL --columns name,city --served",
      "  keelson get airports ATL --max-staleness 2s --served",
      "  keelson get -o json flights ATL 2001-01-01T00:01 3",
      "  keelson get numbers -- -5"
    })
final class GetCommand extends ClientCommand {
  @Parameters(index = "0", paramLabel = "TABLE", description = "NAME or KEYSPACE.NAME.")
  private String table = "";

  @Parameters(
      index = "1..*",
      arity = "1..*",
      paramLabel = "KEY",
      description = "A value for each column of the primary key, in its order.")
  private List<String> key = List.of();

  @Option(names = "--columns", split = ",", paramLabel = "COLUMN", description = "Only these.")
  private List<String> columns = List.of();

  @Mixin private final Freshness freshness = new Freshness();

  @Option(names = "--served", description = "Say on standard error who served it, and its version.")
  private boolean served;

  @Override
  void run(KeelsonClient client) {
    TypedTable typed = TypedTable.open(client, table);
    Table asked = freshness.of(typed.table());
    Lookup found = asked.lookup(typed.key(key), columns.toArray(String[]::new));
    if (served) {
      err()
          .println(
              "served by "
                  + found.served()
                  + found.row().map(row -> ", version " + row.version()).orElse(""));
      err().flush();
    }
    List<String> shown = columns.isEmpty() ? typed.columns() : columns;
    if (found.row().isEmpty()) {
      throw new UserException("there is no row " + String.join(", ", key) + " in " + table);
    }
    try (RowPrinter printer = RowPrinter.to(out(), output(), shown)) {
      printer.row(TypedTable.values(found.row().get(), shown));
    }
  }
}
