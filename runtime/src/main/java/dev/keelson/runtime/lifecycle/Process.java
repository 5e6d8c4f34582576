package dev.keelson.runtime.lifecycle;

import dev.keelson.runtime.config.Config;
import dev.keelson.runtime.config.ConfigException;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.FileSystemException;
import java.time.Duration;
import java.util.List;
import java.util.TreeMap;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The main thread of a process of ours: reads the configuration, starts the parts, waits for
 * SIGTERM or for a part that can't go on, closes the parts and ends the JVM with an {@link
 * ExitCode}.
 */
public final class Process {
  private static final Logger LOG = LoggerFactory.getLogger(Process.class);

  /** Less than the 30 s that Kubernetes gives a pod. */
  private static final Duration STOP_LIMIT = Duration.ofSeconds(20);

  private Process() {}

  /** Starts the parts of a process and hands each to the lifecycle. */
  @FunctionalInterface
  public interface Start<T> {
    void start(T config, Lifecycle lifecycle) throws Exception;
  }

  /** What a process reads, and what every process reads. */
  private record Given<T>(Logging.Least logging, T config) {
    static <T> Given<T> read(Config config, Function<Config, T> reader) {
      return new Given<>(Logging.read(config), reader.apply(config));
    }
  }

  /** Never returns. */
  public static <T> void run(
      String name, String[] arguments, Function<Config, T> reader, Start<T> start) {
    List<String> given = List.of(arguments);
    if (given.contains("--help")) {
      printHelp(name, reader, System.out);
      end(ExitCode.STOPPED);
    } else if (given.contains("--version")) {
      System.out.println(name + " " + BuildInfo.version());
      end(ExitCode.STOPPED);
    } else {
      end(runToEnd(name, given, reader, start));
    }
  }

  private static <T> ExitCode runToEnd(
      String name, List<String> arguments, Function<Config, T> reader, Start<T> start) {
    T config;
    try {
      Given<T> given = Config.load(arguments, System.getenv(), it -> Given.read(it, reader));
      Logging.apply(given.logging());
      config = given.config();
    } catch (ConfigException e) {
      System.err.println(name + ": " + e.getMessage());
      return ExitCode.MISCONFIGURED;
    }
    Lifecycle lifecycle = new Lifecycle(name, STOP_LIMIT);
    Thread.setDefaultUncaughtExceptionHandler(
        (thread, error) ->
            lifecycle.fail(ExitCode.FAULT, "thread " + thread.getName() + " failed", error));
    Runtime.getRuntime().addShutdownHook(new Thread(() -> endOnSignal(lifecycle), "shutdown"));
    try {
      LOG.info("{} {} starts: {}", name, BuildInfo.version(), config);
      start.start(config, lifecycle);
      lifecycle.await();
    } catch (IOException e) {
      // What the disk or the network refuses is no fault of the program.
      lifecycle.refuse(ExitCode.FAILED, "it could not start: " + sentence(e));
    } catch (Exception e) {
      lifecycle.fail(ExitCode.FAILED, "it could not start: " + e.getMessage(), e);
    }
    lifecycle.close();
    LOG.info("{} stopped", name);
    return lifecycle.exitCode();
  }

  /** Of many a file system's failure only the class says what is wrong with the file. */
  private static String sentence(IOException e) {
    return e instanceof FileSystemException ? e.toString() : String.valueOf(e.getMessage());
  }

  private static void endOnSignal(Lifecycle lifecycle) {
    lifecycle.close();
    // Else the JVM would report the signal and not how the end went.
    Runtime.getRuntime().halt(lifecycle.exitCode().number());
  }

  /** Nothing that hangs in a shutdown hook may keep the process alive. */
  private static void end(ExitCode code) {
    System.out.flush();
    System.err.flush();
    Runtime.getRuntime().halt(code.number());
  }

  static <T> void printHelp(String name, Function<Config, T> reader, PrintStream out) {
    out.println("usage: " + name + " [--config FILE] [--set KEY=VALUE]... [--version] [--help]");
    out.println();
    out.println("Keys may stand in the file, or as variables: net.event-loops is");
    out.println("KEELSON_NET_EVENT_LOOPS. Known keys and their defaults:");
    new TreeMap<>(Config.keys(config -> Given.read(config, reader)))
        .forEach(
            (key, value) -> out.printf("  %-40s %s%n", key, value.isEmpty() ? "(none)" : value));
  }
}
