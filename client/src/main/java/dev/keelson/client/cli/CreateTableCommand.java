package dev.keelson.client.cli;

import dev.keelson.client.KeelsonClient;
import dev.keelson.client.TableDefinition;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "create-table",
    description = {
      "Creates a table. Types: BOOL, INT64, DOUBLE, STRING, BYTES, UUID, TIMESTAMP, DATE.",
      "Rows with equal partition columns lie together, in the order of the clustering columns."
    },
    footer = {
      "",
      "Examples:",
      "  keelson create-table \"airports (code STRING PRIMARY KEY, name STRING NOT NULL)\"",
      "  keelson create-table \"flights (origin STRING, departure TIMESTAMP, line INT64,",
      "      delay_minutes INT64, PRIMARY KEY ((origin), departure DESC, line))\"",
      "  keelson create-table --if-not-exists \"$(cat examples/data/flights.table)\""
    })
final class CreateTableCommand extends ClientCommand {
  @Parameters(
      arity = "1..*",
      paramLabel = "DEFINITION",
      description = "NAME (COLUMN TYPE [NOT NULL], ..., PRIMARY KEY ((P, ...), C [DESC], ...))")
  private List<String> definition = List.of();

  @Option(names = "--if-not-exists", description = "Succeed when the same table is there already.")
  private boolean ifNotExists;

  @Override
  void run(KeelsonClient client) {
    String text = String.join(" ", definition);
    TableDefinition table = TableDefinition.parse(text);
    if (ifNotExists) {
      client.schema().createTableIfNotExists(table);
    } else {
      client.schema().createTable(table);
    }
    done("created " + table.name(), Map.of("created", table.name()));
  }
}
