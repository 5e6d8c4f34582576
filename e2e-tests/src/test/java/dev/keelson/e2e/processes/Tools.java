package dev.keelson.e2e.processes;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** Where the programs are that tests start. */
final class Tools {
  private Tools() {}

  /** The start script of a process in {@code dist/bin}. */
  static Path script(String name) {
    Path script = top().resolve("dist/bin").resolve(name);
    if (!Files.isExecutable(script)) {
      throw new IllegalStateException(script + " is not there: run make build first");
    }
    return script;
  }

  /** An etcd: what ETCD names, else the pinned one, which is built if need be. */
  static Path etcd() {
    return Optional.ofNullable(System.getenv("ETCD")).map(Path::of).orElseGet(() -> tool("etcd"));
  }

  static Path grpcurl() {
    return tool("grpcurl");
  }

  /** The checker of histories that others wrote. */
  static Path historyChecker() {
    return tool("check-history");
  }

  /** Where logs go that somebody may want to read after the tests. */
  static Path logs() {
    return top().resolve("e2e-tests/target/processes");
  }

  /** A file of the repository. */
  static Path source(String path) {
    return top().resolve(path);
  }

  private static Path tool(String name) {
    String folder =
        run(List.of(top().resolve("hack/tools/install.sh").toString(), name)).output().strip();
    return Path.of(folder.lines().reduce("", (before, last) -> last)).resolve(name);
  }

  private static Path top() {
    Path at = Path.of("").toAbsolutePath();
    while (!Files.exists(at.resolve("hack/dist.sh"))) {
      at = at.getParent();
      if (at == null) {
        throw new IllegalStateException(
            "not within the repository: " + Path.of("").toAbsolutePath());
      }
    }
    return at;
  }

  /** How a short-lived program ended, and what it said. */
  record Result(int exitCode, String output) {}

  /** Runs a program to its end, at most for five minutes: a tool may have to be built. */
  static Result run(List<String> command) {
    try {
      Process process =
          new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
      process.getOutputStream().close();
      String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (!process.waitFor(5, TimeUnit.MINUTES)) {
        process.destroyForcibly();
        throw new IllegalStateException(command + " does not end");
      }
      return new Result(process.exitValue(), output);
    } catch (IOException e) {
      throw new IllegalStateException("can't run " + command, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while running " + command, e);
    }
  }
}
