package dev.keelson.client.cli;

import dev.keelson.client.ClusterDescription;
import dev.keelson.client.ClusterDescription.Replica;
import dev.keelson.client.ClusterDescription.Shard;
import dev.keelson.client.KeelsonClient;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
    name = "topology",
    description = "Draws where the replicas of each shard are: nodes under their zones.",
    footer = {
      "",
      "Examples:",
      "  keelson topology",
      "  keelson topology --keyspace main -o csv",
      "  keelson topology --why"
    })
final class TopologyCommand extends ClientCommand {
  @Option(names = "--keyspace", paramLabel = "NAME", description = "Only the shards of this one.")
  private String keyspace = "";

  @Option(
      names = "--why",
      description = "Say of each shard that was moved, or is moving, where to and why.")
  private boolean why;

  @Override
  void run(KeelsonClient client) {
    ClusterDescription cluster = client.describeCluster();
    List<Shard> shards =
        cluster.shards().stream()
            .filter(it -> keyspace.isEmpty() || it.keyspace().equals(keyspace))
            .toList();
    switch (output()) {
      case table -> {
        TopologyDrawing.of(cluster.members(), shards).forEach(out()::println);
        if (why) {
          reasons(shards).forEach(out()::println);
        }
      }
      case json -> {
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("members", cluster.members().stream().map(StatusCommand::member).toList());
        answer.put("shards", shards.stream().map(StatusCommand::shard).toList());
        out().println(Json.text(answer));
      }
      case csv -> replicas(shards);
    }
  }

  private static List<String> reasons(List<Shard> shards) {
    List<String> lines =
        shards.stream()
            .filter(it -> !it.wanted().isEmpty())
            .map(
                it ->
                    "shard %d %s %s: %s"
                        .formatted(
                            it.id(),
                            it.moving() ? "moves to" : "was moved to",
                            String.join(", ", it.wanted()),
                            it.reason()))
            .toList();
    return lines.isEmpty() ? List.of("", "No shard was ever moved.") : prepended("", lines);
  }

  private static List<String> prepended(String first, List<String> lines) {
    return Stream.concat(Stream.of(first), lines.stream()).toList();
  }

  private void replicas(List<Shard> shards) {
    List<String> columns =
        List.of(
            "keyspace", "shard", "term", "node", "role", "last_index", "lag_entries", "reachable");
    try (RowPrinter printer = RowPrinter.to(out(), output(), columns)) {
      for (Shard shard : shards) {
        for (Replica replica : shard.replicas()) {
          printer.row(
              List.of(
                  shard.keyspace(),
                  (long) shard.id(),
                  shard.term(),
                  replica.node(),
                  replica.role().name(),
                  replica.lastIndex(),
                  replica.lagEntries(),
                  replica.reachable()));
        }
      }
    }
  }
}
