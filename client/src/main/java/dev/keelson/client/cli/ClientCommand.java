package dev.keelson.client.cli;

import dev.keelson.client.KeelsonClient;
import java.io.PrintWriter;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** A command that asks the cluster something. */
@Command(mixinStandardHelpOptions = true, sortOptions = false)
// picocli sets the fields before it calls.
@SuppressWarnings("NullAway.Init")
abstract class ClientCommand implements Callable<Integer> {
  @ParentCommand private KeelsonCli parent;

  @Spec private CommandSpec spec;

  @Override
  public final Integer call() throws Exception {
    try (KeelsonClient client = parent.options().connect()) {
      run(client);
    }
    out().flush();
    return ExitCode.OK;
  }

  abstract void run(KeelsonClient client) throws Exception;

  final OutputFormat output() {
    return parent.options().output();
  }

  /**
   * Says what was done: the sentence to people, the fields to programs.
   *
   * @param fields with a fixed order of iteration
   */
  final void done(String sentence, Map<String, Object> fields) {
    switch (output()) {
      case table -> out().println(sentence);
      case json -> out().println(Json.text(fields));
      case csv -> {
        try (RowPrinter printer =
            RowPrinter.to(out(), OutputFormat.csv, List.copyOf(fields.keySet()))) {
          printer.row(List.copyOf(fields.values()));
        }
      }
    }
  }

  final PrintWriter out() {
    return spec.commandLine().getOut();
  }

  final PrintWriter err() {
    return spec.commandLine().getErr();
  }
}
