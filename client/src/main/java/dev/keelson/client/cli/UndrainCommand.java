package dev.keelson.client.cli;

import dev.keelson.client.KeelsonClient;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(
    name = "undrain",
    description = "Lets a drained data node have replicas and leaders again.",
    footer = {"", "Examples:", "  keelson undrain node-2"})
final class UndrainCommand extends ClientCommand {
  @Parameters(paramLabel = "NODE", description = "The name of the data node.")
  private String node = "";

  @Override
  void run(KeelsonClient client) {
    client.undrainNode(node);
    done(node + " may have replicas again", Map.of("undrained", node));
  }
}
