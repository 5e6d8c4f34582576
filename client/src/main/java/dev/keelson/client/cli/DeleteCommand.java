package dev.keelson.client.cli;

import dev.keelson.client.KeelsonClient;
import dev.keelson.client.WriteResult;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(
    name = "delete",
    description = "Deletes a row by its primary key.",
    footer = {"", "Examples:", "  keelson delete airports ATL"})
final class DeleteCommand extends ClientCommand {
  @Parameters(index = "0", paramLabel = "TABLE", description = "NAME or KEYSPACE.NAME.")
  private String table = "";

  @Parameters(
      index = "1..*",
      arity = "1..*",
      paramLabel = "KEY",
      description = "A value for each column of the primary key, in its order.")
  private List<String> key = List.of();

  @Override
  void run(KeelsonClient client) {
    TypedTable typed = TypedTable.open(client, table);
    WriteResult written = typed.table().delete(typed.key(key));
    done(
        written.rowsFound() == 0 ? "there was no such row" : "deleted",
        Map.of("deleted", (long) written.rowsFound()));
  }
}
