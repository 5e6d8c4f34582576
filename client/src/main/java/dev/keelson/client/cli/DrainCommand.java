package dev.keelson.client.cli;

import dev.keelson.client.ClusterDescription;
import dev.keelson.client.ClusterDescription.Shard;
import dev.keelson.client.KeelsonClient;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeoutException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "drain",
    description = {
      "Moves all replicas and leaders away from a data node, while it serves.",
      "The node gets nothing new until `keelson undrain`."
    },
    footer = {
      "",
      "Examples:",
      "  keelson drain node-2 --reason \"new disk\"",
      "  keelson drain node-2 --wait 600"
    })
final class DrainCommand extends ClientCommand {
  private static final Duration LOOK = Duration.ofMillis(500);

  @Parameters(paramLabel = "NODE", description = "The name of the data node.")
  private String node = "";

  @Option(names = "--reason", paramLabel = "TEXT", description = "Why, for people.")
  private String reason = "";

  @Option(
      names = "--wait",
      paramLabel = "SECONDS",
      description = "Wait so long until no shard names the node any more.")
  private long waitSeconds;

  @Override
  void run(KeelsonClient client) throws InterruptedException, TimeoutException {
    client.drainNode(node, reason);
    long deadline = System.nanoTime() + Duration.ofSeconds(waitSeconds).toNanos();
    long left = left(client);
    while (left > 0 && waitSeconds > 0) {
      if (System.nanoTime() > deadline) {
        throw new TimeoutException(
            left + " replicas are still on " + node + "; `keelson topology --why` says what moves");
      }
      Thread.sleep(LOOK.toMillis());
      left = left(client);
    }
    done(
        left == 0
            ? node + " is drained"
            : "draining " + node + ": " + left + " replicas are to move away",
        Map.of("replicas_left", left));
  }

  private long left(KeelsonClient client) {
    ClusterDescription cluster = client.describeCluster();
    return cluster.shards().stream().filter(this::isHere).count();
  }

  private boolean isHere(Shard shard) {
    return shard.on(node).isPresent();
  }
}
