package dev.keelson.client.cli;

import dev.keelson.client.KeelsonClient;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "drop-table",
    description = "Drops a table with all its rows, for good.",
    footer = {
      "",
      "Examples:",
      "  keelson drop-table flights",
      "  keelson drop-table --if-exists x"
    })
final class DropTableCommand extends ClientCommand {
  @Parameters(paramLabel = "TABLE", description = "NAME or KEYSPACE.NAME.")
  private String table = "";

  @Option(names = "--if-exists", description = "Succeed when there is no such table.")
  private boolean ifExists;

  @Override
  void run(KeelsonClient client) {
    TableName name = TableName.parse(table);
    if (ifExists) {
      client.schema().dropTableIfExists(name.keyspace(), name.table());
    } else {
      client.schema().dropTable(name.keyspace(), name.table());
    }
    done("dropped " + name.table(), Map.of("dropped", name.table()));
  }
}
