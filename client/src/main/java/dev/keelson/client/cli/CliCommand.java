package dev.keelson.client.cli;

/**
 * A subcommand of {@code keelson} that another module brings. It is found by {@link
 * java.util.ServiceLoader}: name the implementation in {@code
 * META-INF/services/dev.keelson.client.cli.CliCommand}.
 */
public interface CliCommand {
  /**
   * An object annotated with {@code picocli.CommandLine.Command}. What it throws is reported as the
   * other commands' failures are; the value it returns is the exit code (see {@link ExitCode}).
   */
  Object command();
}
