package dev.keelson.client.cli;

import dev.keelson.client.KeelsonClient;
import dev.keelson.client.ShardRecovery;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
    name = "force-recover",
    description = {
      "Lets shards go on whose majority is lost for good, with the best replica that is left.",
      "WHAT ONLY THE LOST REPLICAS HAD ACKNOWLEDGED IS GONE THEN, and so are these replicas:",
      "should their nodes return, they drop what they have.",
      "Without --accept-loss nothing is done: it shows what would be."
    },
    footer = {
      "",
      "Before: make sure that the lost nodes are stopped and do not come back. A node that is only",
      "cut off may still serve clients that reach it.",
      "",
      "Examples:",
      "  keelson force-recover --all-lost",
      "  keelson force-recover --shard 3 --shard 7 --accept-loss"
    })
final class ForceRecoverCommand extends ClientCommand {
  @ArgGroup(multiplicity = "1")
  private Which which = new Which();

  /** One of the two must be said. */
  private static final class Which {
    @Option(
        names = "--shard",
        paramLabel = "NUMBER",
        required = true,
        description = "This shard; repeatable.")
    private List<Integer> shards = List.of();

    @Option(
        names = "--all-lost",
        required = true,
        description = "All shards that have lost their majority.")
    private boolean allLost;

    /** None stands for all that have lost their majority. */
    List<Integer> wanted() {
      return allLost ? List.of() : shards;
    }
  }

  @Option(
      names = "--accept-loss",
      description = "Do it. Whoever says so accepts that acknowledged writes may be lost.")
  private boolean acceptLoss;

  @Override
  void run(KeelsonClient client) {
    List<ShardRecovery> shards =
        acceptLoss ? client.forceRecover(which.wanted()) : client.planRecovery(which.wanted());
    if (shards.isEmpty()) {
      done("no shard has lost its majority", Map.of("shards", 0));
    }
    shards.forEach(it -> done(sentence(it), fields(it)));
    if (!acceptLoss && shards.stream().anyMatch(it -> it.refused().isEmpty())) {
      err().println("nothing was done; --accept-loss does it");
    }
  }

  private static String sentence(ShardRecovery it) {
    if (!it.refused().isEmpty()) {
      return "shard %d: left as it is: %s".formatted(it.shard(), it.refused());
    }
    return ("shard %d: %s with %s, whose log ends with entry %d of term %d and is known to be"
            + " committed up to %d; %s given up, and with it whatever only it had acknowledged")
        .formatted(
            it.shard(),
            it.done() ? "goes on" : "would go on",
            it.survivor(),
            it.lastIndex(),
            it.lastTerm(),
            it.commitIndex(),
            String.join(", ", it.lost()) + (it.done() ? " is" : " would be"));
  }

  private static Map<String, Object> fields(ShardRecovery it) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("shard", it.shard());
    fields.put("done", it.done());
    fields.put("refused", it.refused());
    fields.put("survivor", it.survivor());
    fields.put("last_term", it.lastTerm());
    fields.put("last_index", it.lastIndex());
    fields.put("commit_index", it.commitIndex());
    fields.put("left", String.join(",", it.left()));
    fields.put("lost", String.join(",", it.lost()));
    return fields;
  }
}
