package dev.keelson.runtime.config;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * The values that a process was given, before anybody has read them. The later source wins:
 *
 * <ol>
 *   <li>a properties file, named by {@code --config FILE}
 *   <li>the environment: {@code net.event-loops} is {@code KEELSON_NET_EVENT_LOOPS}
 *   <li>the command line: {@code --set net.event-loops=1}
 * </ol>
 */
final class ConfigValues {
  private static final String PREFIX = "KEELSON_";

  /** Variables that scripts read; no process does. */
  private static final Set<String> OF_SCRIPTS =
      Set.of("KEELSON_CACHE", "KEELSON_HOME", "KEELSON_JAVA_OPTIONS");

  /** What Kubernetes tells each pod of a Service whose name begins with keelson. */
  private static final Pattern OF_SERVICES =
      Pattern.compile("KEELSON_.*(_SERVICE_HOST|_SERVICE_PORT(_.*)?|_PORT(_\\d+_(TCP|UDP).*)?)");

  private final Map<String, String> byKey = new TreeMap<>();
  private final Map<String, String> byVariable = new TreeMap<>();
  private final List<String> errors = new ArrayList<>();

  private ConfigValues() {}

  static ConfigValues of(List<String> arguments, Map<String, String> environment) {
    ConfigValues values = new ConfigValues();
    values.takeArguments(arguments);
    environment.forEach(values::takeVariable);
    return values;
  }

  /** Keys and values, as in a file. */
  static ConfigValues of(Map<String, String> properties) {
    ConfigValues values = new ConfigValues();
    values.byKey.putAll(properties);
    return values;
  }

  static String variable(String key) {
    return PREFIX + key.toUpperCase(Locale.ROOT).replace('.', '_').replace('-', '_');
  }

  List<String> errors() {
    return errors;
  }

  Set<String> keys() {
    return byKey.keySet();
  }

  Set<String> variables() {
    return byVariable.keySet();
  }

  /** The value of a key with the words for where it came from; empty text counts as none. */
  Given find(String key) {
    String variable = variable(key);
    String fromCommandLine = byKey.getOrDefault(COMMAND_LINE + key, "");
    if (!fromCommandLine.isEmpty()) {
      return new Given(fromCommandLine, key + " (--set)");
    }
    String fromEnvironment = byVariable.getOrDefault(variable, "");
    if (!fromEnvironment.isEmpty()) {
      return new Given(fromEnvironment, variable);
    }
    return new Given(byKey.getOrDefault(key, ""), key);
  }

  record Given(String text, String name) {}

  static final String COMMAND_LINE = "--set ";

  private void takeArguments(List<String> arguments) {
    Map<String, String> set = new TreeMap<>();
    for (int i = 0; i < arguments.size(); i++) {
      String argument = arguments.get(i);
      boolean last = i + 1 == arguments.size();
      switch (argument) {
        case "--config", "--set" -> {
          if (last) {
            errors.add(argument + " must be followed by a value");
          } else if (argument.equals("--config")) {
            takeFile(Path.of(arguments.get(++i)));
          } else {
            takeSetting(arguments.get(++i), set);
          }
        }
        default -> errors.add("unknown argument " + argument + "; known: --config, --set");
      }
    }
    set.forEach((key, value) -> byKey.put(COMMAND_LINE + key, value));
  }

  private void takeSetting(String setting, Map<String, String> set) {
    int equals = setting.indexOf('=');
    if (equals < 1) {
      errors.add("--set takes KEY=VALUE, not '" + setting + "'");
    } else {
      set.put(setting.substring(0, equals), setting.substring(equals + 1));
    }
  }

  private void takeFile(Path file) {
    Properties properties = new Properties();
    try (Reader reader = Files.newBufferedReader(file)) {
      properties.load(reader);
    } catch (IOException | IllegalArgumentException e) {
      errors.add("cannot read the configuration file " + file + ": " + e);
      return;
    }
    properties
        .stringPropertyNames()
        .forEach(key -> byKey.put(key, properties.getProperty(key).strip()));
  }

  private void takeVariable(String name, String value) {
    boolean ours =
        name.startsWith(PREFIX)
            && !OF_SCRIPTS.contains(name)
            && !OF_SERVICES.matcher(name).matches();
    if (ours) {
      byVariable.put(name, value.strip());
    }
  }
}
