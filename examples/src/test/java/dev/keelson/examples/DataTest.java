package dev.keelson.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keelson.client.TableDefinition;
import dev.keelson.client.TableDefinition.Column;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The files and the definitions of their tables belong together. */
class DataTest {
  private static final Path DATA = Path.of("data");

  @ParameterizedTest
  @CsvSource({
    "airports, airports.csv, iata, code, 3376",
    "cities, cities.csv.gz, '', '', 135233",
    "flights, flights.csv.gz, '', '', 300000"
  })
  void everyFieldHasItsColumn(String table, String file, String field, String column, long rows)
      throws IOException {
    TableDefinition definition =
        TableDefinition.parse(Files.readString(DATA.resolve(table + ".table")));
    List<String> columns = definition.columns().stream().map(Column::name).toList();
    try (BufferedReader lines = open(DATA.resolve(file))) {
      List<String> fields =
          Arrays.stream(lines.readLine().split(","))
              .map(it -> it.equals(field) ? column : it)
              .toList();
      assertThat(columns).containsAll(fields);
      assertThat(columns.stream().filter(it -> !fields.contains(it))).isSubsetOf("line");
      assertThat(lines.lines().count()).isEqualTo(rows);
    }
  }

  private static BufferedReader open(Path file) throws IOException {
    InputStream bytes = Files.newInputStream(file);
    InputStream text = file.toString().endsWith(".gz") ? new GZIPInputStream(bytes) : bytes;
    return new BufferedReader(new InputStreamReader(text, StandardCharsets.UTF_8));
  }
}
