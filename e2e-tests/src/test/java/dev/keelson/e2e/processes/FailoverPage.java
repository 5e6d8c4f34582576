package dev.keelson.e2e.processes;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The board of failovers as a table, as data and as a picture.
 *
 * @param waits of each round, by fault
 * @param observed operations of the clients whose history was checked
 */
record FailoverPage(
    Map<FailoverBoard.Fault, List<Duration>> waits, Ledger.Balance balance, long observed) {
  private static final int WIDTH = 760;
  private static final int HEIGHT = 320;
  private static final int LEFT = 50;
  private static final int TOP = 20;
  private static final List<String> COLOURS =
      List.of("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00");

  void write(Path folder) throws IOException {
    Files.createDirectories(folder);
    Files.writeString(folder.resolve("failover.md"), page());
    Files.writeString(folder.resolve("failover.json"), json());
    Files.writeString(folder.resolve("failover.svg"), picture());
  }

  private String page() {
    return """
        # What losing a leader costs

        Three data nodes, two routers and an etcd, each a process with a network of its own on one machine of two
        cores; a writer for each of the 12 shards. A *blackout* is the longest that any writer had to wait for an
        answer in a round, through the Java client with its retries. `make failover-board` makes this page.

        %s
        %,d writes acknowledged, %d of them lost; %d refused, %d with an unknown outcome. %,d operations of
        concurrent clients on shared registers were checked and are linearizable.

        ![Share of rounds by blackout](failover.svg)
        """
        .formatted(
            table(),
            balance.acknowledged(),
            balance.lost(),
            balance.refused(),
            balance.unknown(),
            observed);
  }

  String table() {
    StringBuilder table =
        new StringBuilder("| fault | rounds | p50 ms | p90 ms | p99 ms | max ms |\n");
    table.append("|---|--:|--:|--:|--:|--:|\n");
    waits.forEach(
        (fault, rounds) ->
            table.append(
                String.format(
                    "| %s | %d | %d | %d | %d | %d |%n",
                    fault.title,
                    rounds.size(),
                    percentile(rounds, 50),
                    percentile(rounds, 90),
                    percentile(rounds, 99),
                    percentile(rounds, 100))));
    return table.toString();
  }

  private String json() {
    return waits.entrySet().stream()
        .map(
            it ->
                String.format(
                    "  \"%s\": %s",
                    it.getKey(), it.getValue().stream().map(Duration::toMillis).toList()))
        .collect(Collectors.joining(",\n", "{\n", "\n}\n"));
  }

  /** Milliseconds that so many percent of the rounds did not exceed. */
  private static long percentile(List<Duration> rounds, int percent) {
    List<Duration> sorted = sorted(rounds);
    int rank = (int) Math.ceil(sorted.size() * percent / 100.0);
    return sorted.get(Math.max(1, rank) - 1).toMillis();
  }

  private static List<Duration> sorted(List<Duration> rounds) {
    List<Duration> sorted = new ArrayList<>(rounds);
    Collections.sort(sorted);
    return sorted;
  }

  private String picture() {
    long most =
        waits.values().stream().flatMap(List::stream).mapToLong(Duration::toMillis).max().orElse(1);
    StringBuilder svg = new StringBuilder();
    svg.append(
        String.format(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" font-family=\"sans-serif\""
                + " font-size=\"12\">%n<rect width=\"100%%\" height=\"100%%\" fill=\"white\"/>%n",
            WIDTH, HEIGHT + 70));
    axes(svg, most);
    int number = 0;
    for (Map.Entry<FailoverBoard.Fault, List<Duration>> entry : waits.entrySet()) {
      String colour = COLOURS.get(number % COLOURS.size());
      steps(svg, sorted(entry.getValue()), most, colour);
      svg.append(
          String.format(
              "<text x=\"%d\" y=\"%d\" fill=\"%s\">%s</text>%n",
              WIDTH - 230, TOP + 150 + 18 * number, colour, entry.getKey().title));
      number++;
    }
    return svg.append("</svg>\n").toString();
  }

  private static void axes(StringBuilder svg, long most) {
    svg.append(
        String.format(
            "<path d=\"M%d %d V%d H%d\" fill=\"none\" stroke=\"#444\"/>%n",
            LEFT, TOP, TOP + HEIGHT, WIDTH - 20));
    for (int part = 0; part <= 4; part++) {
      svg.append(
          String.format(
              "<text x=\"%d\" y=\"%d\" text-anchor=\"middle\">%d ms</text>%n",
              x(most * part / 4, most), TOP + HEIGHT + 20, most * part / 4));
      svg.append(
          String.format(
              "<text x=\"%d\" y=\"%d\" text-anchor=\"end\">%d %%</text>%n",
              LEFT - 5, y(part / 4.0) + 4, part * 25));
    }
    svg.append(
        String.format(
            "<text x=\"%d\" y=\"%d\">share of rounds with a blackout of at most</text>%n",
            LEFT, TOP + HEIGHT + 45));
  }

  private static void steps(StringBuilder svg, List<Duration> sorted, long most, String colour) {
    StringBuilder path = new StringBuilder(String.format("M%d %d", x(0, most), y(0)));
    for (int i = 0; i < sorted.size(); i++) {
      path.append(
          String.format(
              " H%d V%d", x(sorted.get(i).toMillis(), most), y((i + 1.0) / sorted.size())));
    }
    svg.append(
        String.format(
            "<path d=\"%s\" fill=\"none\" stroke=\"%s\" stroke-width=\"2\"/>%n", path, colour));
  }

  private static long x(long millis, long most) {
    return LEFT + millis * (WIDTH - 20 - LEFT) / Math.max(1, most);
  }

  private static long y(double share) {
    return TOP + HEIGHT - Math.round(share * HEIGHT);
  }
}
