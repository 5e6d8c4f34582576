package dev.keelson.client.cli;

import dev.keelson.client.KeelsonClient;
import dev.keelson.client.TableDefinition;
import dev.keelson.client.TableDefinition.Clustering;
import dev.keelson.client.TableDefinition.Column;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "describe",
    description = "Shows the columns and the primary key of a table.",
    footer = {"", "Examples:", "  keelson describe flights", "  keelson describe flights --text"})
final class DescribeCommand extends ClientCommand {
  @Parameters(paramLabel = "TABLE", description = "NAME or KEYSPACE.NAME.")
  private String table = "";

  @Option(names = "--text", description = "As the text that create-table reads.")
  private boolean text;

  @Override
  void run(KeelsonClient client) {
    TableName name = TableName.parse(table);
    TableDefinition definition = client.schema().table(name.keyspace(), name.table());
    if (text) {
      out().println(definition);
      return;
    }
    List<String> columns = List.of("column", "type", "nullable", "key");
    try (RowPrinter printer = RowPrinter.to(out(), output(), columns)) {
      for (Column column : definition.columns()) {
        boolean key = definition.primaryKey().contains(column.name());
        printer.row(
            List.of(
                column.name(),
                column.type().name(),
                !column.notNull() && !key,
                place(definition, column.name())));
      }
    }
  }

  private static String place(TableDefinition definition, String column) {
    if (definition.partitionColumns().contains(column)) {
      return "partition " + (definition.partitionColumns().indexOf(column) + 1);
    }
    Optional<Clustering> clustering =
        definition.clusteringColumns().stream()
            .filter(it -> it.column().equals(column))
            .findFirst();
    return clustering
        .map(
            it ->
                "clustering "
                    + (definition.clusteringColumns().indexOf(it) + 1)
                    + (it.descending() ? " descending" : ""))
        .orElse("");
  }
}
