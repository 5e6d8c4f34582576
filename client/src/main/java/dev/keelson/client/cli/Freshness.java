package dev.keelson.client.cli;

import dev.keelson.client.Consistency;
import dev.keelson.client.Table;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.Option;

/** Options of commands that read: how fresh it must be. At most one of them. */
final class Freshness {
  private static final Pattern DURATION = Pattern.compile("([0-9]{1,9})(ms|s|m)");

  @Option(names = "--stale", description = "Whatever one replica has; any may answer.")
  private boolean stale;

  @Option(
      names = "--max-staleness",
      paramLabel = "TIME",
      description =
          "At most so old, such as 500ms, 2s or 1m; any replica that can show it answers.")
  private String maxStaleness = "";

  @Option(
      names = "--quorum",
      description = "The newest, with a majority asked instead of trusting the leader's lease.")
  private boolean quorum;

  Table of(Table table) {
    int asked = (stale ? 1 : 0) + (quorum ? 1 : 0) + (maxStaleness.isEmpty() ? 0 : 1);
    if (asked > 1) {
      throw new UserException("--stale, --max-staleness and --quorum exclude one another");
    }
    if (stale) {
      return table.reading(Consistency.STALE);
    }
    if (quorum) {
      return table.reading(Consistency.LINEARIZABLE_BY_QUORUM);
    }
    return maxStaleness.isEmpty() ? table : table.reading(bounded());
  }

  private Consistency bounded() {
    try {
      return Consistency.bounded(duration());
    } catch (IllegalArgumentException wrong) {
      throw new UserException("--max-staleness: " + wrong.getMessage());
    }
  }

  private Duration duration() {
    Matcher given = DURATION.matcher(maxStaleness);
    if (!given.matches()) {
      throw new UserException(
          "--max-staleness takes a time such as 500ms, 2s or 1m, not '" + maxStaleness + "'");
    }
    long amount = Long.parseLong(given.group(1));
    return switch (given.group(2)) {
      case "ms" -> Duration.ofMillis(amount);
      case "s" -> Duration.ofSeconds(amount);
      default -> Duration.ofMinutes(amount);
    };
  }
}
