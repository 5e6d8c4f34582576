package dev.keelson.runtime.config;

import java.io.Serial;
import java.util.List;

/** A configuration that can't be used, with everything that is wrong with it. */
public final class ConfigException extends RuntimeException {
  @Serial private static final long serialVersionUID = 1;

  private final transient List<String> errors;

  public ConfigException(List<String> errors) {
    super("the configuration has errors:\n  " + String.join("\n  ", errors));
    this.errors = List.copyOf(errors);
  }

  public List<String> errors() {
    return errors;
  }
}
