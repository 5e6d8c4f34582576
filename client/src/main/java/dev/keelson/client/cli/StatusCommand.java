package dev.keelson.client.cli;

import dev.keelson.client.ClusterDescription;
import dev.keelson.client.ClusterDescription.Health;
import dev.keelson.client.ClusterDescription.Member;
import dev.keelson.client.ClusterDescription.Replica;
import dev.keelson.client.ClusterDescription.Shard;
import dev.keelson.client.KeelsonClient;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import picocli.CommandLine.Command;

@Command(
    name = "status",
    description = "Shows how the cluster is: its nodes, its shards, and what needs attention.",
    footer = {"", "Examples:", "  keelson status", "  keelson status -o json | jq .shards"})
final class StatusCommand extends ClientCommand {
  @Override
  void run(KeelsonClient client) {
    ClusterDescription cluster = client.describeCluster();
    switch (output()) {
      case json -> out().println(Json.text(summary(cluster)));
      case csv -> members(cluster);
      case table -> {
        headline(cluster);
        members(cluster);
        attention(cluster);
      }
    }
  }

  private void headline(ClusterDescription cluster) {
    long healthy = healthy(cluster);
    long led = led(cluster);
    out().printf("cluster     %s%n", cluster.clusterId());
    out().printf("nodes       %d of %d healthy%n", healthy, cluster.members().size());
    out().printf("shards      %d of %d with a leader%n", led, cluster.shards().size());
    out().printf("rows        %,d%n", cluster.shards().stream().mapToLong(Shard::rows).sum());
    out()
        .printf(
            "controller  %s%n%n", cluster.controller().isEmpty() ? "none" : cluster.controller());
  }

  private static long healthy(ClusterDescription cluster) {
    return cluster.members().stream().filter(it -> it.health() == Health.HEALTHY).count();
  }

  private static long led(ClusterDescription cluster) {
    return cluster.shards().stream().filter(it -> !it.leader().isEmpty()).count();
  }

  private void members(ClusterDescription cluster) {
    List<String> columns =
        List.of(
            "node",
            "zone",
            "health",
            "replicas",
            "leaders",
            "rows",
            "disk_used",
            "disk_free",
            "version",
            "address");
    boolean forPeople = output() == OutputFormat.table;
    try (RowPrinter printer = RowPrinter.to(out(), output(), columns)) {
      cluster.members().stream()
          .sorted(Comparator.comparing(Member::zone).thenComparing(Member::node))
          .forEach(
              member ->
                  printer.row(
                      List.of(
                          member.node(),
                          member.zone(),
                          member.health().name().toLowerCase(Locale.ROOT),
                          (long) member.replicas(),
                          (long) member.leaders(),
                          member.rows(),
                          forPeople ? size(member.diskUsedBytes()) : member.diskUsedBytes(),
                          forPeople ? size(member.diskFreeBytes()) : member.diskFreeBytes(),
                          member.version(),
                          member.address())));
    }
  }

  private void attention(ClusterDescription cluster) {
    List<String> lines = Attention.lines(cluster);
    out().println();
    if (lines.isEmpty()) {
      out().println("All is well.");
    }
    lines.forEach(line -> out().println("! " + line));
  }

  static String size(long bytes) {
    if (bytes < 1024) {
      return bytes + " B";
    }
    String[] units = {"KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
    double value = bytes;
    int unit = -1;
    while (value >= 1024 && unit < units.length - 1) {
      value /= 1024;
      unit++;
    }
    return String.format(Locale.ROOT, "%.1f %s", value, units[unit]);
  }

  private static Map<String, Object> summary(ClusterDescription cluster) {
    Map<String, Object> summary = new LinkedHashMap<>();
    summary.put("cluster", cluster.clusterId());
    summary.put("controller", cluster.controller());
    summary.put("nodes_healthy", healthy(cluster));
    summary.put("shards_with_leader", led(cluster));
    summary.put("attention", Attention.lines(cluster));
    summary.put("members", cluster.members().stream().map(StatusCommand::member).toList());
    summary.put("shards", cluster.shards().stream().map(StatusCommand::shard).toList());
    return summary;
  }

  static Map<String, Object> member(Member member) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("node", member.node());
    fields.put("zone", member.zone());
    fields.put("address", member.address());
    fields.put("health", member.health().name());
    fields.put("reason", member.reason());
    fields.put("replicas", member.replicas());
    fields.put("leaders", member.leaders());
    fields.put("rows", member.rows());
    fields.put("disk_used_bytes", member.diskUsedBytes());
    fields.put("disk_free_bytes", member.diskFreeBytes());
    fields.put("version", member.version());
    fields.put("drained", member.drained());
    return fields;
  }

  static Map<String, Object> shard(Shard shard) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("id", shard.id());
    fields.put("keyspace", shard.keyspace());
    fields.put("range_start", shard.rangeStart());
    fields.put("range_end", shard.rangeEnd());
    fields.put("term", shard.term());
    fields.put("leader", shard.leader());
    fields.put("rows", shard.rows());
    fields.put("wanted", shard.wanted());
    fields.put("reason", shard.reason());
    fields.put("moving", shard.moving());
    fields.put("replicas", shard.replicas().stream().map(StatusCommand::replica).toList());
    return fields;
  }

  private static Map<String, Object> replica(Replica replica) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("node", replica.node());
    fields.put("role", replica.role().name());
    fields.put("last_index", replica.lastIndex());
    fields.put("commit_index", replica.commitIndex());
    fields.put("applied_index", replica.appliedIndex());
    fields.put("lag_entries", replica.lagEntries());
    fields.put("reachable", replica.reachable());
    return fields;
  }
}
