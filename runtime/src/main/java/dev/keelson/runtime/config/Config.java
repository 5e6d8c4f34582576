package dev.keelson.runtime.config;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Reads the configuration of a process into records. Each feature has an immutable record with a
 * method {@code read(Config)}, which names its keys, defaults and bounds. A value that is wrong is
 * noted and replaced by its default, so that all errors come to light together.
 *
 * <pre>{@code
 * DataNodeConfig config = Config.load(arguments, System.getenv(), DataNodeConfig::read);
 * }</pre>
 */
public final class Config {
  private static final Pattern DURATION = Pattern.compile("(\\d{1,12})\\s*(ms|s|m|h)");

  private final ConfigValues values;
  private final Map<String, String> defaults = new TreeMap<>();
  private final List<String> errors;

  private Config(ConfigValues values) {
    this.values = values;
    this.errors = new ArrayList<>(values.errors());
  }

  /**
   * Reads what a process was given: {@code --config FILE}, variables {@code KEELSON_*}, {@code
   * --set KEY=VALUE}.
   *
   * @throws ConfigException naming everything that is wrong, unknown keys too
   */
  public static <T> T load(
      List<String> arguments, Map<String, String> environment, Function<Config, T> reader) {
    return new Config(ConfigValues.of(arguments, environment)).read(reader);
  }

  /** Like {@link #load}, from keys and values. */
  public static <T> T of(Map<String, String> properties, Function<Config, T> reader) {
    return new Config(ConfigValues.of(properties)).read(reader);
  }

  /** Every key that a reader knows, with its default; empty where there is none. */
  public static <T> Map<String, String> keys(Function<Config, T> reader) {
    Config config = new Config(ConfigValues.of(Map.of()));
    T unused = reader.apply(config);
    return Map.copyOf(config.defaults);
  }

  private <T> T read(Function<Config, T> reader) {
    T read;
    try {
      read = reader.apply(this);
    } catch (IllegalArgumentException e) {
      // A record refused what it was given; what was noted before may say why.
      errors.add(String.valueOf(e.getMessage()));
      throw new ConfigException(errors);
    }
    noteUnknownKeys();
    if (!errors.isEmpty()) {
      throw new ConfigException(errors);
    }
    return read;
  }

  private void noteUnknownKeys() {
    for (String key : values.keys()) {
      String name = key.replace(ConfigValues.COMMAND_LINE, "");
      if (!defaults.containsKey(name)) {
        errors.add("unknown key " + name + closest(name));
      }
    }
    List<String> variables = defaults.keySet().stream().map(ConfigValues::variable).toList();
    for (String variable : values.variables()) {
      if (!variables.contains(variable)) {
        errors.add("unknown variable " + variable + "; variables are named after keys");
      }
    }
  }

  private String closest(String unknown) {
    String last = unknown.substring(unknown.lastIndexOf('.') + 1);
    String section = unknown.substring(0, unknown.length() - last.length());
    String known =
        defaults.keySet().stream()
            .filter(
                key -> key.endsWith("." + last) || section.length() > 0 && key.startsWith(section))
            .collect(Collectors.joining(", "));
    return known.isEmpty() ? "" : "; there are: " + known;
  }

  /** Notes an error unless a relation among values holds. */
  public void check(boolean holds, String otherwise) {
    if (!holds) {
      errors.add(otherwise);
    }
  }

  public String text(String key, String fallback) {
    return value(key, fallback, fallback, Function.identity());
  }

  /** A text that must be given. */
  public String requiredText(String key) {
    return required(key, "", Function.identity());
  }

  public int integer(String key, int fallback, int minimum, int maximum) {
    return bounded(key, fallback, minimum, maximum, Config::parseInteger);
  }

  public boolean flag(String key, boolean fallback) {
    return value(key, fallback, String.valueOf(fallback), Config::parseFlag);
  }

  /** {@code 250ms}, {@code 10s}, {@code 5m} or {@code 1h}. */
  public Duration duration(String key, Duration fallback, Duration minimum, Duration maximum) {
    return bounded(key, fallback, minimum, maximum, Config::parseDuration);
  }

  public DataSize size(String key, DataSize fallback, DataSize minimum, DataSize maximum) {
    return bounded(key, fallback, minimum, maximum, DataSize::parse);
  }

  public Path requiredPath(String key) {
    return required(key, Path.of("."), Config::parsePath);
  }

  /** A path that may be left out. */
  public Optional<Path> path(String key) {
    return value(key, Optional.empty(), "", text -> Optional.of(parsePath(text)));
  }

  public Address address(String key, Address fallback) {
    return value(key, fallback, fallback.toString(), Address::parse);
  }

  public Address requiredAddress(String key) {
    return required(key, new Address("localhost", 0), Address::parse);
  }

  /** Texts between commas; none is an empty list. */
  public List<String> texts(String key, List<String> fallback) {
    return value(key, fallback, String.join(",", fallback), Config::parseTexts);
  }

  /** {@code host:port} between commas; at least one. */
  public List<Address> requiredAddresses(String key) {
    return required(key, List.of(), text -> parseTexts(text).stream().map(Address::parse).toList());
  }

  /** A constant of an enum, in lower case with hyphens. */
  public <E extends Enum<E>> E choice(String key, E fallback) {
    return value(
        key, fallback, name(fallback), text -> parseChoice(fallback.getDeclaringClass(), text));
  }

  private <T> T required(String key, T placeholder, Function<String, T> parser) {
    defaults.put(key, "");
    ConfigValues.Given given = values.find(key);
    if (given.text().isEmpty()) {
      errors.add(key + " must be given (or " + ConfigValues.variable(key) + ")");
      return placeholder;
    }
    return parse(given, placeholder, parser);
  }

  private <T> T value(String key, T fallback, String shown, Function<String, T> parser) {
    defaults.put(key, shown);
    ConfigValues.Given given = values.find(key);
    return given.text().isEmpty() ? fallback : parse(given, fallback, parser);
  }

  private <T extends Comparable<T>> T bounded(
      String key, T fallback, T minimum, T maximum, Function<String, T> parser) {
    return value(
        key,
        fallback,
        fallback instanceof Duration duration ? text(duration) : fallback.toString(),
        text -> checkBounds(parser.apply(text), minimum, maximum));
  }

  private static <T extends Comparable<T>> T checkBounds(T value, T minimum, T maximum) {
    if (value.compareTo(minimum) < 0 || value.compareTo(maximum) > 0) {
      throw new IllegalArgumentException("must be from " + minimum + " to " + maximum);
    }
    return value;
  }

  private <T> T parse(ConfigValues.Given given, T placeholder, Function<String, T> parser) {
    try {
      return parser.apply(given.text());
    } catch (IllegalArgumentException | ArithmeticException | DateTimeParseException e) {
      errors.add(given.name() + ": '" + given.text() + "': " + e.getMessage());
      return placeholder;
    }
  }

  private static int parseInteger(String text) {
    try {
      return Integer.parseInt(text);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("not a whole number", e);
    }
  }

  private static boolean parseFlag(String text) {
    return switch (text) {
      case "true" -> true;
      case "false" -> false;
      default -> throw new IllegalArgumentException("not true or false");
    };
  }

  private static Duration parseDuration(String text) {
    Matcher matcher = DURATION.matcher(text);
    if (!matcher.matches()) {
      throw new IllegalArgumentException("not a duration such as 250ms, 10s, 5m or 1h");
    }
    long count = Long.parseLong(matcher.group(1));
    return switch (matcher.group(2)) {
      case "ms" -> Duration.ofMillis(count);
      case "s" -> Duration.ofSeconds(count);
      case "m" -> Duration.ofMinutes(count);
      default -> Duration.ofHours(count);
    };
  }

  private static String text(Duration duration) {
    return duration.toMillisPart() == 0 ? duration.toSeconds() + "s" : duration.toMillis() + "ms";
  }

  private static Path parsePath(String text) {
    try {
      return Path.of(text);
    } catch (InvalidPathException e) {
      throw new IllegalArgumentException("not a path", e);
    }
  }

  private static List<String> parseTexts(String text) {
    return Arrays.stream(text.split(",", -1))
        .map(String::strip)
        .filter(part -> !part.isEmpty())
        .toList();
  }

  private static <E extends Enum<E>> E parseChoice(Class<E> type, String text) {
    return EnumSet.allOf(type).stream()
        .filter(constant -> name(constant).equals(text))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "must be one of "
                        + EnumSet.allOf(type).stream()
                            .map(Config::name)
                            .collect(Collectors.joining(", "))));
  }

  private static String name(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
