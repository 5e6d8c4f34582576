package dev.keelson.client.cli;

import dev.keelson.client.KeelsonClient;
import dev.keelson.client.KeyspaceDefinition;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "create-keyspace",
    description =
        "Creates a keyspace: hash ranges with a replication factor, shared by its tables.",
    footer = {"", "Examples:", "  keelson create-keyspace rides --shards 16 --replicas 3"})
final class CreateKeyspaceCommand extends ClientCommand {
  @Parameters(paramLabel = "NAME", description = "The name of the keyspace.")
  private String name = "";

  @Option(
      names = "--shards",
      paramLabel = "N",
      description = "Into how many shards it is cut. Default: the cluster's.")
  private int shards;

  @Option(
      names = "--replicas",
      paramLabel = "N",
      description = "How many copies of each shard: 1, 3, 5 or 7. Default: the cluster's.")
  private int replicas;

  @Option(
      names = "--zones",
      split = ",",
      paramLabel = "ZONE",
      description = "Zones that may hold copies, joined by commas. Default: all.")
  private List<String> zones = List.of();

  @Override
  void run(KeelsonClient client) {
    client.schema().createKeyspace(new KeyspaceDefinition(name, shards, replicas, zones));
    done("created " + name, Map.of("created", name));
  }
}
