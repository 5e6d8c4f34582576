package dev.keelson.operator.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keelson.runtime.metrics.Metrics;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class ClusterMetricsTest {
  private static final Pattern FAMILY =
      Pattern.compile("# HELP (keelson_\\S+) (.*)\n# TYPE \\S+ (\\S+)\n");
  private static final Pattern ROW =
      Pattern.compile("\\| `(\\S+)` \\| (\\S+) \\| \\S+ \\| (.*) \\|");

  @Test
  void the_page_lists_what_the_operator_shows() throws Exception {
    Metrics metrics = new Metrics("test");
    ClusterMetrics shown = new ClusterMetrics(metrics.registry());
    shown.ended(ClusterMetrics.End.DONE);

    String page = Files.readString(Path.of("..", "docs", "metrics.md"));
    String section = page.substring(page.indexOf("## Operator"));
    assertThat(ROW.matcher(section).results().map(ClusterMetricsTest::line))
        .containsExactlyInAnyOrderElementsOf(
            FAMILY
                .matcher(metrics.text())
                .results()
                .filter(it -> !it.group(1).endsWith("_created"))
                .map(ClusterMetricsTest::helpLine)
                .toList());
  }

  private static String line(MatchResult row) {
    return row.group(1) + " " + row.group(2) + " " + row.group(3);
  }

  private static String helpLine(MatchResult family) {
    return family.group(1) + " " + family.group(3) + " " + family.group(2);
  }
}
