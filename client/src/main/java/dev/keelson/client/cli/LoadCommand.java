package dev.keelson.client.cli;

import dev.keelson.client.KeelsonClient;
import dev.keelson.client.KeelsonException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "load",
    description = {
      "Loads a CSV file whose first line names the fields. Rows that are there are replaced.",
      "Bad lines are reported to a file with their numbers; they don't stop the load."
    },
    footer = {
      "",
      "Examples:",
      "  keelson load airports.csv --table airports --map iata=code",
      "  keelson load flights.csv.gz --table flights --line-number line",
      "  keelson load flights.csv.gz --table flights --line-number line --resume",
      "  keelson load cities.csv.gz --table cities --map feature= --strict",
      "",
      "Fields: an empty one is NULL (in a STRING that can't be NULL, the empty string), \"\" is the",
      "empty string; timestamps as 2001-01-01T00:01, in UTC unless they say an offset."
    })
final class LoadCommand extends ClientCommand {
  /** For how long a load waits for progress: longer than anything passing takes. */
  private static final Duration PATIENCE = Duration.ofMinutes(1);

  @Parameters(paramLabel = "FILE", description = "A CSV file, or a packed one (.gz).")
  private Path file = Path.of("");

  @Option(
      names = "--table",
      required = true,
      paramLabel = "TABLE",
      description = "NAME or KEYSPACE.NAME.")
  private String table = "";

  @Option(
      names = "--map",
      paramLabel = "FIELD=COLUMN",
      mapFallbackValue = "",
      description = "The column of a field with another name; FIELD= leaves the field out.")
  private Map<String, String> renamed = Map.of();

  @Option(
      names = "--line-number",
      paramLabel = "COLUMN",
      description = "Fill this column with the number of the line; the header is line 1.")
  private @Nullable String lineColumn;

  @Option(names = "--delimiter", paramLabel = "C", description = "Between fields. Default: comma.")
  private char delimiter = ',';

  @Option(names = "--resume", description = "Go on where an interrupted load of this file ended.")
  private boolean resume;

  @Option(names = "--strict", description = "Stop at the first bad line.")
  private boolean strict;

  @Option(
      names = "--bad-file",
      paramLabel = "FILE",
      description = "Where bad lines are reported. Default: FILE.bad.")
  private @Nullable Path badFile;

  @Option(
      names = "--state-dir",
      paramLabel = "DIR",
      description = "Where --resume finds how far a load came. Default: in the user's cache.")
  private @Nullable Path stateFolder;

  @Override
  void run(KeelsonClient client) throws IOException {
    TypedTable typed = TypedTable.open(client, table).withTimeout(PATIENCE);
    String cluster = client.describeCluster().clusterId();
    Path reports = badFile == null ? Path.of(file + ".bad") : badFile;
    try (LoadFile source = new LoadFile(file);
        BadLines bad = new BadLines(reports, resume)) {
      LoadState state = new LoadState(stateFolder(), file, table, cluster);
      LoadProgress progress = new LoadProgress(err(), LoadProgress.onTerminal(), System::nanoTime);
      Load load = new Load(source, source.records(delimiter), typed, state, bad, progress, strict);
      try {
        load.prepare(renamed, lineColumn);
        long skipTo = resume ? state.durableLine() : 0;
        if (!resume) {
          bad.removeOld();
        }
        load.run(skipTo);
      } catch (KeelsonException failed) {
        progress.clear();
        if (load.resumableLine() > 0) {
          err()
              .printf(
                  "everything up to line %d is loaded; --resume goes on there%n",
                  load.resumableLine());
        }
        throw failed;
      } finally {
        progress.clear();
      }
      report(load, bad, progress);
    }
  }

  private Path stateFolder() {
    return stateFolder == null
        ? LoadState.folder(System.getenv(), System.getProperty("user.home", "."))
        : stateFolder;
  }

  private void report(Load load, BadLines bad, LoadProgress progress) {
    String problems =
        bad.count() == 0
            ? ""
            : String.format("; %,d bad lines are reported in %s", bad.count(), bad.file());
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("table", table);
    fields.put("rows", load.rowsWritten());
    fields.put("bad_lines", bad.count());
    done("loaded " + progress.summary(load.rowsWritten()) + " into " + table + problems, fields);
  }
}
