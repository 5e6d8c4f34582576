package dev.keelson.embedded.demo;

import dev.keelson.client.KeelsonClient;
import dev.keelson.client.cli.KeelsonCli;
import dev.keelson.embedded.EmbeddedCluster;
import dev.keelson.embedded.EmbeddedConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeoutException;

/**
 * {@code demo DATA_FOLDER CLUSTER_FOLDER}: starts three nodes in three zones, loads airports,
 * cities and 300,000 flights, asks about them, stops the leader of a busy shard under a writer, and
 * stays up; {@code DEMO_EXIT=1} ends it instead.
 */
public final class Demo {
  private static final Duration READY = Duration.ofSeconds(60);

  private final Path data;
  private final EmbeddedCluster cluster;
  private final long begin = System.nanoTime();

  private Demo(Path data, EmbeddedCluster cluster) {
    this.data = data;
    this.cluster = cluster;
  }

  public static void main(String[] arguments)
      throws IOException, InterruptedException, TimeoutException {
    Path data = Path.of(arguments[0]);
    Path directory = Path.of(arguments[1]);
    boolean ends = "1".equals(System.getenv("DEMO_EXIT"));
    say("Starting three data nodes in three zones and a router, in this process.");
    boolean fine;
    try (EmbeddedCluster cluster = EmbeddedCluster.start(EmbeddedConfig.in(directory))) {
      Demo demo = new Demo(data, cluster);
      fine = demo.run();
      if (!ends) {
        demo.stayUp();
      }
    }
    System.exit(fine ? 0 : 1);
  }

  private boolean run() throws IOException, InterruptedException, TimeoutException {
    cluster.awaitReady(READY);
    say("It serves at " + cluster.address() + " after " + elapsed() + ".");
    keelson("topology");
    load();
    ask();
    return loseALeader();
  }

  private void load() throws IOException {
    for (String table : List.of("airports", "cities", "flights")) {
      String definition = Files.readString(data.resolve(table + ".table"));
      keelson("create-table", "--if-not-exists", definition);
    }
    keelson(
        "load",
        data.resolve("airports.csv").toString(),
        "--table",
        "airports",
        "--map",
        "iata=code");
    keelson("load", data.resolve("cities.csv.gz").toString(), "--table", "cities");
    keelson(
        "load",
        data.resolve("flights.csv.gz").toString(),
        "--table",
        "flights",
        "--line-number",
        "line");
  }

  private void ask() {
    say("A point read:");
    keelson("get", "airports", "ATL");
    say("What leaves Atlanta between eight and ten past eight on New Year's Day 2001:");
    keelson(
        "scan",
        "flights",
        "ATL",
        "--from",
        "2001-01-01T08:00",
        "--to",
        "2001-01-01T08:10",
        "--columns",
        "departure,destination,delay_minutes");
    say("The three newest departures of San Francisco:");
    keelson(
        "scan",
        "flights",
        "SFO",
        "--reverse",
        "--limit",
        "3",
        "--columns",
        "departure,destination");
    say("All flights of all shards, counted:");
    keelson("scan", "flights", "--count");
    say("First answers after " + elapsed() + ".");
  }

  private boolean loseALeader() throws IOException, InterruptedException, TimeoutException {
    try (KeelsonClient client = KeelsonClient.connect(cluster.address())) {
      return new LostLeader(cluster, client).show();
    }
  }

  private void stayUp() throws InterruptedException {
    say(
        """
        The cluster stays up until you stop this with Ctrl-C. In another terminal:

          dist/bin/keelson topology
          dist/bin/keelson get airports JFK
          dist/bin/keelson scan flights JFK --limit 5
          dist/bin/keelson put airports code=XXX name=Nowhere
          dist/bin/keelson --help""");
    Thread.currentThread().join();
  }

  /** Runs a command as a user would type it. */
  private void keelson(String... command) {
    System.out.println("$ keelson " + shown(command));
    List<String> arguments = new ArrayList<>(List.of("--router", cluster.address()));
    arguments.addAll(Arrays.asList(command));
    int exit = KeelsonCli.commandLine().execute(arguments.toArray(String[]::new));
    if (exit != 0) {
      throw new IllegalStateException("keelson " + command[0] + " ended with " + exit);
    }
    System.out.println();
  }

  private static String shown(String... command) {
    List<String> words =
        Arrays.stream(command)
            .map(it -> it.strip().replaceAll("\\s+", " "))
            .map(it -> it.contains(" ") ? "\"" + it + "\"" : it)
            .toList();
    return String.join(" ", words);
  }

  private String elapsed() {
    return "%.1f s".formatted((System.nanoTime() - begin) / 1e9);
  }

  static void say(String what) {
    System.out.println(what + "\n");
  }
}
