package dev.keelson.e2e.processes;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A server that a test starts, kills and starts again. Signals go to the process that was started
 * here, by its handle. What still runs at the end of the JVM is killed.
 */
final class ServerProcess {
  private static final Duration START_LIMIT = Duration.ofSeconds(90);
  private static final Duration END_LIMIT = Duration.ofSeconds(30);
  private static final int TAIL_BYTES = 3_000;
  private static final Set<Process> RUNNING = ConcurrentHashMap.newKeySet();

  static {
    Runtime.getRuntime()
        .addShutdownHook(new Thread(() -> RUNNING.forEach(Process::destroyForcibly)));
  }

  private final Spec spec;
  private @Nullable Process process;

  /**
   * How it is started.
   *
   * @param host the address of its ports
   * @param directory its data
   * @param log its output, of all starts
   * @param port of its service
   * @param healthPort of {@code readyPath}
   */
  record Spec(
      String name,
      List<String> command,
      Map<String, String> environment,
      String host,
      Path directory,
      Path log,
      int port,
      int healthPort,
      String readyPath) {}

  ServerProcess(Spec spec) {
    this.spec = spec;
  }

  String name() {
    return spec.name();
  }

  Path directory() {
    return spec.directory();
  }

  int port() {
    return spec.port();
  }

  /** Host and port of its service. */
  String address() {
    return spec.host() + ":" + port();
  }

  int healthPort() {
    return spec.healthPort();
  }

  ServerProcess start() {
    return start(Map.of());
  }

  /**
   * Starts it.
   *
   * @param more settings, for this start only
   */
  ServerProcess start(Map<String, String> more) {
    if (isAlive()) {
      throw new IllegalStateException(name() + " runs already");
    }
    ProcessBuilder builder =
        new ProcessBuilder(spec.command())
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(spec.log().toFile()));
    // Servers refuse settings that they don't know.
    builder.environment().keySet().removeIf(key -> key.startsWith("KEELSON_"));
    builder.environment().putAll(spec.environment());
    builder.environment().putAll(more);
    try {
      Process started = builder.start();
      RUNNING.add(started);
      process = started;
    } catch (IOException e) {
      throw new UncheckedIOException("can't start " + name(), e);
    }
    return this;
  }

  /** Waits until it says that it is ready; fails at once when it ends instead. */
  ServerProcess awaitReady() {
    await(name() + " is ready")
        .atMost(START_LIMIT)
        .pollInterval(Duration.ofMillis(50))
        .until(
            () -> {
              if (!isAlive()) {
                throw new IllegalStateException(name() + " has ended:\n" + tail());
              }
              return probe(spec.readyPath()) == 200;
            });
    return this;
  }

  /** Waits until a data node knows its cluster and its number in it. */
  ServerProcess awaitStart() {
    awaitLog(0, "this is start ", START_LIMIT);
    return this;
  }

  /** The status of an HTTP request to its health port; 0 when it does not answer. */
  int probe(String path) {
    try {
      HttpURLConnection connection =
          (HttpURLConnection)
              URI.create("http://" + spec.host() + ":" + healthPort() + path)
                  .toURL()
                  .openConnection();
      connection.setConnectTimeout(2_000);
      connection.setReadTimeout(2_000);
      try {
        return connection.getResponseCode();
      } finally {
        connection.disconnect();
      }
    } catch (IOException e) {
      return 0;
    }
  }

  boolean isAlive() {
    return process != null && process.isAlive();
  }

  long id() {
    return running().pid();
  }

  private Process running() {
    if (process == null) {
      throw new IllegalStateException(name() + " was not started");
    }
    return process;
  }

  /** kill -9. */
  void kill() {
    running().destroyForcibly();
    awaitEnd(END_LIMIT);
  }

  /** SIGSTOP: it keeps its sockets and files, and does nothing. */
  void pause() {
    signal("STOP");
  }

  void resume() {
    signal("CONT");
  }

  /** SIGTERM, and SIGKILL when that does not help in time. */
  void stop() {
    if (!isAlive()) {
      return;
    }
    running().destroy();
    if (!hasEnded(END_LIMIT)) {
      kill();
    }
  }

  private void signal(String signal) {
    Tools.Result result = Tools.run(List.of("kill", "-" + signal, String.valueOf(id())));
    if (result.exitCode() != 0) {
      throw new IllegalStateException("can't send " + signal + " to " + name());
    }
  }

  /** Waits for its end and tells the exit code. */
  int awaitEnd(Duration limit) {
    if (!hasEnded(limit)) {
      throw new IllegalStateException(name() + " has not ended within " + limit + ":\n" + tail());
    }
    return running().exitValue();
  }

  private boolean hasEnded(Duration limit) {
    try {
      boolean ended = running().waitFor(limit.toMillis(), TimeUnit.MILLISECONDS);
      if (ended) {
        RUNNING.remove(running());
      }
      return ended;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while waiting for the end of " + name(), e);
    }
  }

  /** Waits until its log, from some place on, has a text. */
  void awaitLog(long from, String text, Duration limit) {
    await(name() + " says: " + text)
        .atMost(limit)
        .pollInterval(Duration.ofMillis(50))
        .until(() -> logFrom(from).contains(text));
  }

  long logSize() {
    try {
      return Files.exists(spec.log()) ? Files.size(spec.log()) : 0;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  String logFrom(long position) {
    try (RandomAccessFile file = new RandomAccessFile(spec.log().toFile(), "r")) {
      byte[] bytes = new byte[(int) Math.max(0, file.length() - position)];
      file.seek(position);
      file.readFully(bytes);
      return new String(bytes, StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The last words. */
  String tail() {
    return Optional.of(logFrom(Math.max(0, logSize() - TAIL_BYTES)))
        .map(text -> "--- " + name() + ", the end of " + spec.log() + "\n" + text)
        .orElseThrow();
  }
}
