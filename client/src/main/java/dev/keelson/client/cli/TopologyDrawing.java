package dev.keelson.client.cli;

import dev.keelson.client.ClusterDescription.Health;
import dev.keelson.client.ClusterDescription.Member;
import dev.keelson.client.ClusterDescription.Replica;
import dev.keelson.client.ClusterDescription.Shard;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/**
 * Zones, their nodes below, and a line for each shard.
 *
 * <pre>
 *                     │ zone a    │ zone b    │ zone c
 * shard         term  │ node-0    │ node-1    │ node-2 !
 * ────────────────────┼───────────┼───────────┼──────────
 * 1 main 0000–1fff 3  │ ● leader  │ ○         │ × gone
 * </pre>
 */
final class TopologyDrawing {
  private static final int LEAST_WIDTH = 12;

  private TopologyDrawing() {}

  static List<String> of(List<Member> members, List<Shard> shards) {
    List<Member> nodes =
        members.stream()
            .sorted(Comparator.comparing(Member::zone).thenComparing(Member::node))
            .toList();
    List<List<String>> lines = new ArrayList<>();
    lines.add(zones(nodes));
    lines.add(names(nodes));
    shards.forEach(shard -> lines.add(line(shard, nodes)));
    List<String> drawing = new ArrayList<>(aligned(lines));
    drawing.add("");
    drawing.add(
        "● leader   ○ follower   ◌ learner   × suspended or not reachable   +n entries behind");
    return drawing;
  }

  private static List<String> zones(List<Member> nodes) {
    List<String> cells = new ArrayList<>(List.of(""));
    String last = "";
    for (Member node : nodes) {
      cells.add(node.zone().equals(last) ? "" : node.zone());
      last = node.zone();
    }
    return cells;
  }

  private static List<String> names(List<Member> nodes) {
    List<String> cells = new ArrayList<>(List.of("shard"));
    nodes.forEach(
        node ->
            cells.add(
                node.health() == Health.HEALTHY
                    ? node.node()
                    : node.node() + " (" + node.health().name().toLowerCase(Locale.ROOT) + ")"));
    return cells;
  }

  private static List<String> line(Shard shard, List<Member> nodes) {
    List<String> cells = new ArrayList<>();
    cells.add(
        String.format(
            Locale.ROOT,
            "%3d  %s %08x–%08x  term %d",
            shard.id(),
            shard.keyspace(),
            shard.rangeStart(),
            shard.rangeEnd() - 1,
            shard.term()));
    nodes.forEach(node -> cells.add(shard.on(node.node()).map(TopologyDrawing::cell).orElse("")));
    return cells;
  }

  private static String cell(Replica replica) {
    if (!replica.reachable()) {
      return "×";
    }
    String behind = replica.lagEntries() > 0 ? " +" + replica.lagEntries() : "";
    return switch (replica.role()) {
      case LEADER -> "● " + replica.lastIndex();
      case FOLLOWER -> "○ " + replica.lastIndex() + behind;
      case LEARNER -> "◌ " + replica.lastIndex() + behind;
      case SUSPENDED -> "× " + replica.lastIndex() + behind;
      case UNKNOWN -> "? " + replica.lastIndex() + behind;
    };
  }

  private static List<String> aligned(List<List<String>> lines) {
    int columns = lines.get(0).size();
    int[] widths = new int[columns];
    for (List<String> line : lines) {
      for (int i = 0; i < columns; i++) {
        widths[i] = Math.max(Math.max(widths[i], LEAST_WIDTH), line.get(i).length());
      }
    }
    List<String> drawn = new ArrayList<>();
    for (List<String> line : lines) {
      StringBuilder text = new StringBuilder();
      for (int i = 0; i < columns; i++) {
        text.append(i == 0 ? "" : " │ ").append(line.get(i));
        text.append(" ".repeat(widths[i] - line.get(i).length()));
      }
      drawn.add(text.toString().stripTrailing());
    }
    StringBuilder rule = new StringBuilder();
    for (int i = 0; i < columns; i++) {
      rule.append(i == 0 ? "" : "─┼─").append("─".repeat(widths[i]));
    }
    drawn.add(2, rule.toString());
    return drawn;
  }
}
