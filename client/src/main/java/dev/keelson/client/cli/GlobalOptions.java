package dev.keelson.client.cli;

import dev.keelson.client.KeelsonClient;
import java.time.Duration;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** What every command understands, in front of the command's name or behind it. */
final class GlobalOptions {
  /** Whoever waits at a terminal wants to know soon that nobody is there. */
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(2);

  @Option(
      names = "--router",
      scope = ScopeType.INHERIT,
      paramLabel = "HOST:PORT",
      defaultValue = "${env:KEELSON_ROUTER:-127.0.0.1:7400}",
      description = {
        "Where a router listens; several joined by commas, or dns:///HOST:PORT.",
        "Default: $$KEELSON_ROUTER, else 127.0.0.1:7400."
      })
  private String router = "127.0.0.1:7400";

  @Option(
      names = {"-o", "--output"},
      scope = ScopeType.INHERIT,
      paramLabel = "FORMAT",
      defaultValue = "table",
      description = "How results are written: ${COMPLETION-CANDIDATES}. Default: table.")
  private OutputFormat output = OutputFormat.table;

  @Option(
      names = "--timeout",
      scope = ScopeType.INHERIT,
      paramLabel = "SECONDS",
      defaultValue = "10",
      description = "For how long to wait for an answer. Default: 10.")
  private double timeoutSeconds = 10;

  OutputFormat output() {
    return output;
  }

  KeelsonClient connect() {
    if (!(timeoutSeconds > 0) || timeoutSeconds > 86_400) {
      throw new UserException("--timeout must be above 0 and at most 86400 seconds");
    }
    Duration timeout = Duration.ofNanos((long) (timeoutSeconds * 1e9));
    return KeelsonClient.builder()
        .router(router)
        .timeout(timeout)
        .connectTimeout(timeout.compareTo(CONNECT_TIMEOUT) < 0 ? timeout : CONNECT_TIMEOUT)
        .build();
  }
}
