package dev.keelson.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.keelson.client.TableDefinition.Clustering;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TableDefinitionTest {
  private static final String FLIGHTS =
      "flights (origin STRING, departure TIMESTAMP, line INT64, delay INT64 NOT NULL,"
          + " PRIMARY KEY ((origin), departure DESC, line))";

  @Test
  void aDefinitionIsReadAndWrittenAgain() {
    TableDefinition flights = TableDefinition.parse(FLIGHTS);
    assertThat(flights.toString()).isEqualTo(FLIGHTS);
    assertThat(flights.primaryKey()).containsExactly("origin", "departure", "line");
    assertThat(flights.clusteringColumns())
        .containsExactly(new Clustering("departure", true), new Clustering("line", false));
    assertThat(TableDefinition.fromProto(flights.toProto())).isEqualTo(flights);
  }

  @Test
  void theBuilderSaysTheSame() {
    assertThat(
            TableDefinition.named("flights")
                .column("origin", ColumnType.STRING)
                .column("departure", ColumnType.TIMESTAMP)
                .column("line", ColumnType.INT64)
                .notNull("delay", ColumnType.INT64)
                .partitionBy("origin")
                .descending("departure")
                .ascending("line")
                .build())
        .isEqualTo(TableDefinition.parse(FLIGHTS));
  }

  @Test
  void habitsOfSqlAreUnderstood() {
    TableDefinition table =
        TableDefinition.parse("create table rides.trips (id UUID primary key, note string);");
    assertThat(table.keyspace()).isEqualTo("rides");
    assertThat(table.partitionColumns()).containsExactly("id");
    assertThat(TableDefinition.parse("t (a INT64, b INT64, PRIMARY KEY (a, b))").toString())
        .isEqualTo("t (a INT64, b INT64, PRIMARY KEY ((a), b))");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "t (a TEXT PRIMARY KEY)            | write STRING",
        "t (a FOO PRIMARY KEY)             | there are BOOL, INT64",
        "t (a STRING)                      | needs a primary key",
        "t (a STRING, PRIMARY KEY (b))     | names the column b, which is not there",
        "t (a STRING PRIMARY KEY           | expected ) at character 24 but the text ends there",
        "t a STRING PRIMARY KEY            | expected ( at character 3 but found a",
        "t (a STRING PRIMARY KEY) x        | expected the end at character 26 but found x",
        "t (, )                            | expected a column's name, or PRIMARY KEY",
        "t (a STRING PRIMARY KEY, b STRING PRIMARY KEY) | two PRIMARY KEYs",
      })
  void whatIsWrongIsSaidWithItsPlace(String text, String message) {
    assertThatThrownBy(() -> TableDefinition.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message);
  }
}
