package dev.keelson.runtime.config;

import dev.keelson.core.limit.Limits;
import java.time.Duration;

/** Reads the limits of a process. */
public final class LimitsConfig {
  private static final DataSize BYTE = new DataSize(1);
  private static final DataSize GIBIBYTE = DataSize.ofMebibytes(1024);

  private LimitsConfig() {}

  /** Keys {@code limits.*}; relations among them are checked by {@link Limits}. */
  public static Limits read(Config config) {
    Limits defaults = Limits.DEFAULTS;
    return new Limits(
        bytes(config, "limits.key-size", defaults.keyBytes()),
        bytes(config, "limits.row-size", defaults.rowBytes()),
        count(config, "limits.batch-rows", defaults.batchRows()),
        bytes(config, "limits.batch-size", defaults.batchBytes()),
        count(config, "limits.columns", defaults.columns()),
        count(config, "limits.key-columns", defaults.keyColumns()),
        count(config, "limits.tables", defaults.tables()),
        count(config, "limits.keyspaces", defaults.keyspaces()),
        count(config, "limits.shards-per-keyspace", defaults.shardsPerKeyspace()),
        bytes(config, "limits.message-size", defaults.messageBytes()),
        bytes(config, "limits.answer-size", defaults.answerBytes()),
        count(config, "limits.page-rows", defaults.pageRows()),
        bytes(config, "limits.page-size", defaults.pageBytes()),
        count(config, "limits.in-flight-per-connection", defaults.inFlightPerConnection()),
        bytes(
            config, "limits.in-flight-size-per-connection", defaults.inFlightBytesPerConnection()),
        count(config, "limits.in-flight-per-process", defaults.inFlightPerProcess()),
        bytes(config, "limits.in-flight-size-per-process", defaults.inFlightBytesPerProcess()),
        deadline(config, "limits.default-deadline", defaults.defaultDeadline()),
        deadline(config, "limits.greatest-deadline", defaults.greatestDeadline()));
  }

  private static int bytes(Config config, String key, int fallback) {
    return config.size(key, new DataSize(fallback), BYTE, GIBIBYTE).toInt();
  }

  private static int count(Config config, String key, int fallback) {
    return config.integer(key, fallback, 1, 1_000_000);
  }

  private static Duration deadline(Config config, String key, Duration fallback) {
    return config.duration(key, fallback, Duration.ofMillis(1), Duration.ofHours(24));
  }
}
