package dev.keelson.client.cli;

import dev.keelson.client.KeelsonException;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.ServiceLoader;
import java.util.concurrent.TimeoutException;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.UsageMessageSpec;
import picocli.CommandLine.Spec;

/** The `keelson` command. */
@Command(
    name = "keelson",
    description = "Looks at and works with a Keelson cluster.",
    mixinStandardHelpOptions = true,
    versionProvider = KeelsonCli.Version.class,
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {
      StatusCommand.class,
      TopologyCommand.class,
      TablesCommand.class,
      DescribeCommand.class,
      CreateTableCommand.class,
      DropTableCommand.class,
      KeyspacesCommand.class,
      CreateKeyspaceCommand.class,
      GetCommand.class,
      PutCommand.class,
      DeleteCommand.class,
      ScanCommand.class,
      LoadCommand.class,
      DrainCommand.class,
      UndrainCommand.class,
      ForceRecoverCommand.class,
      CompletionCommand.class
    },
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:done",
      "1:the request is wrong (no such table, a wrong type, no such file)",
      "2:the command line is wrong",
      "3:not now: no router, a failover that took too long, a limit; try again",
      "4:somebody else's change got in the way",
      "5:a fault of the database or of this program"
    },
    footer = {
      "",
      "Examples:",
      "  keelson status",
      "  keelson create-table \"airports (code STRING PRIMARY KEY, name STRING)\"",
      "  keelson load airports.csv --table airports --map iata=code",
      "  keelson get airports ATL",
      "  keelson COMMAND --help"
    })
public final class KeelsonCli implements Runnable {
  /** Says which build this is. */
  static final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
      String version = KeelsonCli.class.getPackage().getImplementationVersion();
      return new String[] {"keelson " + (version == null ? "(development)" : version)};
    }
  }

  @Mixin private final GlobalOptions options = new GlobalOptions();

  // picocli gives it before it runs anything.
  @SuppressWarnings("NullAway.Init")
  @Spec
  private CommandSpec spec;

  /** Runs one command line and ends the process with its exit code. */
  public static void main(String[] arguments) {
    System.exit(commandLine().execute(arguments));
  }

  /** The command with all subcommands, those of other modules too. */
  public static CommandLine commandLine() {
    CommandLine line = new CommandLine(new KeelsonCli());
    for (CliCommand extra : ServiceLoader.load(CliCommand.class)) {
      line.addSubcommand(extra.command());
    }
    line.getSubcommands().values().forEach(it -> sayAsTheOthers(line, it));
    line.setCaseInsensitiveEnumValuesAllowed(true);
    line.setUsageHelpAutoWidth(true);
    // A value that begins with @ is a value.
    line.setExpandAtFiles(false);
    line.setExecutionExceptionHandler((thrown, failed, parsed) -> report(thrown, failed.getErr()));
    return line;
  }

  /** Every command has --help and --version, and tells what it ends with. */
  private static void sayAsTheOthers(CommandLine root, CommandLine command) {
    CommandSpec spec = command.getCommandSpec();
    if (spec.findOption("--help") == null) {
      spec.mixinStandardHelpOptions(true);
    }
    spec.versionProvider(new Version());
    UsageMessageSpec shown = root.getCommandSpec().usageMessage();
    spec.usageMessage()
        .exitCodeListHeading(shown.exitCodeListHeading())
        .exitCodeList(shown.exitCodeList());
  }

  GlobalOptions options() {
    return options;
  }

  @Override
  public void run() {
    spec.commandLine().usage(spec.commandLine().getOut());
  }

  private static int report(Exception thrown, PrintWriter err) {
    if (thrown instanceof KeelsonException failure) {
      err.println("keelson: " + failure.getMessage() + " [" + failure.code() + "]");
      return ExitCode.of(failure);
    }
    if (thrown instanceof IllegalArgumentException || thrown instanceof UserException) {
      err.println("keelson: " + thrown.getMessage());
      return ExitCode.USER_ERROR;
    }
    if (thrown instanceof IOException) {
      err.println("keelson: " + thrown.getMessage());
      return ExitCode.USER_ERROR;
    }
    if (thrown instanceof TimeoutException) {
      err.println("keelson: " + thrown.getMessage());
      return ExitCode.UNAVAILABLE;
    }
    err.println("keelson: this is a fault of keelson, please report it:");
    thrown.printStackTrace(err);
    return ExitCode.INTERNAL;
  }
}
