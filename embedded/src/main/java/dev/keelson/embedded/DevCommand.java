package dev.keelson.embedded;

import dev.keelson.client.cli.CliCommand;
import dev.keelson.runtime.config.Address;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code keelson dev}: a cluster in this process until it is interrupted. */
@Command(
    name = "dev",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = "Runs a whole cluster in this process, for development. Ctrl-C stops it.",
    footer = {
      "",
      "Examples:",
      "  keelson dev",
      "  keelson dev --data ./my-cluster --listen 127.0.0.1:7400",
      "  keelson dev --nodes 5 --zones 5"
    })
public final class DevCommand implements CliCommand, Callable<Integer> {
  private static final Duration START_LIMIT = Duration.ofSeconds(60);

  @Option(names = "--nodes", paramLabel = "N", description = "Data nodes. Default: 3.")
  private int nodes = 3;

  @Option(
      names = "--zones",
      paramLabel = "N",
      description = "Zones that they are spread over. Default: one for each node, at most 3.")
  private int zones;

  @Option(
      names = "--shards",
      paramLabel = "N",
      description = "Into how many shards a keyspace is cut. Default: 12.")
  private int shards = 12;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "Keeps data here between runs; without it data goes with the process.")
  private @Nullable Path data;

  @Option(
      names = "--listen",
      paramLabel = "HOST:PORT",
      description = "Where clients connect. Default: 127.0.0.1:7400.")
  private String listen = "127.0.0.1:7400";

  @Override
  public Object command() {
    return this;
  }

  @Override
  public Integer call() throws IOException, InterruptedException, TimeoutException {
    EmbeddedConfig config = config();
    boolean keeps = data != null;
    CountDownLatch stopped = new CountDownLatch(1);
    EmbeddedCluster cluster = start(config, keeps);
    Runtime.getRuntime()
        .addShutdownHook(new Thread(() -> stop(cluster, !keeps, config.directory(), stopped)));
    cluster.awaitReady(START_LIMIT);
    greet(cluster, config, keeps, System.out);
    stopped.await();
    return 0;
  }

  private EmbeddedConfig config() throws IOException {
    int usedZones = zones == 0 ? Math.min(nodes, 3) : zones;
    Path kept = data;
    // What is wrong is found before anything is made.
    EmbeddedConfig config =
        new EmbeddedConfig(
            nodes, usedZones, kept != null ? kept : Path.of(""), Address.parse(listen), shards);
    return kept != null ? config : config.withDirectory(Files.createTempDirectory("keelson-dev-"));
  }

  private static EmbeddedCluster start(EmbeddedConfig config, boolean keeps)
      throws IOException, InterruptedException {
    boolean started = false;
    try {
      EmbeddedCluster cluster = EmbeddedCluster.start(config);
      started = true;
      return cluster;
    } finally {
      if (!started && !keeps) {
        removeAll(config.directory());
      }
    }
  }

  private static void greet(
      EmbeddedCluster cluster, EmbeddedConfig config, boolean keeps, PrintStream out) {
    out.printf(
        "A cluster of %d nodes in %d zones serves %s%n",
        config.nodes(), config.zones(), cluster.address());
    out.println(
        keeps ? "Data is kept in " + config.directory() : "Data goes when this process ends");
    out.println();
    out.println("Try, from another terminal:");
    out.println("  keelson --router " + cluster.address() + " status");
    out.println("  keelson --router " + cluster.address() + " topology");
    out.println();
    out.println("Ctrl-C stops it.");
    out.flush();
  }

  private static void stop(
      EmbeddedCluster cluster, boolean remove, Path directory, CountDownLatch stopped) {
    try {
      cluster.close();
      if (remove) {
        removeAll(directory);
      }
    } catch (IOException e) {
      System.err.println("keelson dev: " + e.getMessage());
    } finally {
      stopped.countDown();
    }
  }

  private static void removeAll(Path directory) throws IOException {
    Files.walkFileTree(
        directory,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.delete(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path visited, @Nullable IOException failure)
              throws IOException {
            if (failure != null) {
              throw failure;
            }
            Files.delete(visited);
            return FileVisitResult.CONTINUE;
          }
        });
  }
}
