package dev.keelson.runtime.lifecycle;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import dev.keelson.runtime.config.Config;
import org.slf4j.LoggerFactory;

/** How much our own classes log; libraries stay at what {@code logback.xml} says. */
final class Logging {
  private static final String OURS = "dev.keelson";

  /** The least severe message that is logged. */
  enum Least {
    ERROR,
    WARN,
    INFO,
    DEBUG,
    TRACE
  }

  private Logging() {}

  /** Key {@code log.level}, known to every process. */
  static Least read(Config config) {
    return config.choice("log.level", Least.INFO);
  }

  static void apply(Least least) {
    if (LoggerFactory.getLogger(OURS) instanceof Logger logger) {
      logger.setLevel(Level.toLevel(least.name()));
    }
  }
}
