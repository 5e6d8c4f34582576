package dev.keelson.client.cli;

import dev.keelson.client.KeelsonClient;
import dev.keelson.client.Row;
import dev.keelson.client.WriteResult;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "put",
    description = {
      "Writes a row: all of it, columns that are not named become NULL.",
      "With --update only the named columns change; with --insert there must be no such row."
    },
    footer = {
      "",
      "Examples:",
      "  keelson put airports code=ATL name=Hartsfield latitude=33.64",
      "  keelson put --insert airports code=ATL name=Hartsfield",
      "  keelson put --update airports code=ATL name=Atlanta"
    })
final class PutCommand extends ClientCommand {
  private static final class Kind {
    @Option(names = "--insert", description = "Fail when there is such a row.")
    private boolean insert;

    @Option(names = "--update", description = "Change only the named columns of a row.")
    private boolean update;
  }

  @ArgGroup private @Nullable Kind kind;

  @Parameters(index = "0", paramLabel = "TABLE", description = "NAME or KEYSPACE.NAME.")
  private String table = "";

  @Parameters(
      index = "1..*",
      arity = "1..*",
      paramLabel = "COLUMN=VALUE",
      description = "The row; every column of the primary key must be there.")
  private List<String> cells = List.of();

  @Override
  void run(KeelsonClient client) {
    TypedTable typed = TypedTable.open(client, table);
    Row row = typed.cells(cells);
    WriteResult written = write(typed, row);
    done("written, version " + written.version(), Map.of("version", written.version()));
  }

  private WriteResult write(TypedTable typed, Row row) {
    if (kind != null && kind.insert) {
      return typed.table().insert(row);
    }
    return kind != null && kind.update ? typed.table().update(row) : typed.table().put(row);
  }
}
