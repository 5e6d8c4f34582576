package dev.keelson.client.cli;

import dev.keelson.client.KeelsonClient;
import dev.keelson.client.KeyspaceDefinition;
import java.util.List;
import picocli.CommandLine.Command;

@Command(
    name = "keyspaces",
    description = "Lists the keyspaces.",
    footer = {"", "Examples:", "  keelson keyspaces"})
final class KeyspacesCommand extends ClientCommand {
  @Override
  void run(KeelsonClient client) {
    List<String> columns = List.of("keyspace", "shards", "replication_factor", "zones");
    try (RowPrinter printer = RowPrinter.to(out(), output(), columns)) {
      for (KeyspaceDefinition keyspace : client.schema().keyspaces()) {
        String zones = keyspace.zones().isEmpty() ? "all" : String.join(", ", keyspace.zones());
        printer.row(
            List.of(
                keyspace.name(),
                (long) keyspace.shards(),
                (long) keyspace.replicationFactor(),
                zones));
      }
    }
  }
}
