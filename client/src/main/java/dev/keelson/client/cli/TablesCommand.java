package dev.keelson.client.cli;

import dev.keelson.client.KeelsonClient;
import dev.keelson.client.TableDefinition;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
    name = "tables",
    description = "Lists the tables.",
    footer = {"", "Examples:", "  keelson tables", "  keelson tables --keyspace main -o json"})
final class TablesCommand extends ClientCommand {
  @Option(names = "--keyspace", paramLabel = "NAME", description = "Only the tables of this one.")
  private String keyspace = "";

  @Override
  void run(KeelsonClient client) {
    List<String> columns = List.of("keyspace", "table", "columns", "primary_key");
    try (RowPrinter printer = RowPrinter.to(out(), output(), columns)) {
      for (TableDefinition table : client.schema().tables(keyspace)) {
        printer.row(
            List.of(
                table.keyspace(),
                table.name(),
                (long) table.columns().size(),
                String.join(", ", table.primaryKey())));
      }
    }
  }
}
