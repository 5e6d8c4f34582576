package dev.keelson.client.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class CsvReaderTest {
  private static List<List<@Nullable String>> read(String text) throws IOException {
    CsvReader reader = new CsvReader(new StringReader(text), ',');
    List<List<@Nullable String>> records = new ArrayList<>();
    List<@Nullable String> record = new ArrayList<>();
    while (reader.next(record)) {
      records.add(new ArrayList<>(record));
    }
    return records;
  }

  private static List<@Nullable String> record(@Nullable String... fields) {
    return Arrays.asList(fields);
  }

  @Test
  void plainFieldsAndBothLineEnds() throws IOException {
    assertThat(read("a,b\r\n1,2\n3,4"))
        .containsExactly(record("a", "b"), record("1", "2"), record("3", "4"));
  }

  @Test
  void emptyIsNullAndQuotedEmptyIsNot() throws IOException {
    assertThat(read(",\"\",x,\n")).containsExactly(record(null, "", "x", null));
  }

  @Test
  void quotesHoldDelimitersLinesAndQuotes() throws IOException {
    assertThat(read("\"a,b\",\"c\nd\",\"e \"\"f\"\"\"\ng,h,i"))
        .containsExactly(record("a,b", "c\nd", "e \"f\""), record("g", "h", "i"));
  }

  @Test
  void emptyLinesArePassedOverAndLinesAreCounted() throws IOException {
    CsvReader reader = new CsvReader(new StringReader("a\n\n\"b\nb\"\nc\n"), ',');
    List<@Nullable String> record = new ArrayList<>();
    List<Long> lines = new ArrayList<>();
    while (reader.next(record)) {
      lines.add(reader.line());
    }
    assertThat(lines).containsExactly(1L, 3L, 5L);
  }

  @Test
  void aQuoteWithoutEndIsSaidWithItsLine() {
    assertThatThrownBy(() -> read("a\n\"b\nc\n")).hasMessageContaining("line 2 begins");
    assertThatThrownBy(() -> read("a\n\"" + "x".repeat(5 << 20)))
        .hasMessageContaining("is a quote missing?");
  }

  @Test
  void nothingIsNoRecord() throws IOException {
    assertThat(read("")).isEmpty();
    assertThat(read("\n\r\n")).isEmpty();
  }
}
