package dev.keelson.client.cli;

import dev.keelson.client.ClusterDescription;
import dev.keelson.client.ClusterDescription.Health;
import dev.keelson.client.ClusterDescription.Member;
import dev.keelson.client.ClusterDescription.Replica;
import dev.keelson.client.ClusterDescription.Role;
import dev.keelson.client.ClusterDescription.Shard;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What a person should look at, a sentence each. */
final class Attention {
  private Attention() {}

  static List<String> lines(ClusterDescription cluster) {
    List<String> lines = new ArrayList<>();
    cluster.members().stream()
        .filter(member -> member.health() != Health.HEALTHY)
        .forEach(member -> lines.add(line(member)));
    for (Shard shard : cluster.shards()) {
      if (shard.leader().isEmpty()) {
        lines.add("Shard " + shard.id() + " of " + shard.keyspace() + " has no leader.");
      }
      long missing = shard.replicas().stream().filter(it -> !serves(it)).count();
      if (missing > 0) {
        lines.add(
            String.format(
                Locale.ROOT,
                "Shard %d of %s runs on %d of %d replicas.",
                shard.id(),
                shard.keyspace(),
                shard.replicas().size() - missing,
                shard.replicas().size()));
      }
    }
    return lines;
  }

  private static boolean serves(Replica replica) {
    return replica.reachable() && replica.role() != Role.SUSPENDED;
  }

  private static String line(Member member) {
    String health = member.health().name().toLowerCase(Locale.ROOT);
    String reason = member.reason().isEmpty() ? "." : ": " + member.reason();
    return "Node " + member.node() + " is " + health + reason;
  }
}
