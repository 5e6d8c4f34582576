package dev.keelson.runtime.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;

/**
 * The two tests that every configuration record has: {@code defaults} and {@code allKeysMapped}.
 */
public final class ConfigAssertions {
  private ConfigAssertions() {}

  /**
   * Without any value but those that must be given, the record is this one.
   *
   * @param required values of the keys that must be given; each of them is checked to be one
   */
  public static <T> void assertDefaults(
      Function<Config, T> reader, Map<String, String> required, T expected) {
    assertThat(Config.of(required, reader)).isEqualTo(expected);
    for (String key : required.keySet()) {
      assertThatThrownBy(() -> Config.of(without(required, key), reader))
          .as("without %s", key)
          .isInstanceOf(ConfigException.class)
          .hasMessageContaining(key);
    }
  }

  /**
   * With a value for each key, none of them its default, the record is this one; and each key moves
   * something in it.
   */
  public static <T> void assertAllKeysMapped(
      Function<Config, T> reader, Map<String, String> values, T expected) {
    assertThat(values.keySet())
        .as("the keys of the test are the keys that are read")
        .containsExactlyInAnyOrderElementsOf(Config.keys(reader).keySet());
    assertThat(Config.of(values, reader)).isEqualTo(expected);
    Config.keys(reader)
        .forEach(
            (key, fallback) ->
                assertThat(reads(reader, without(values, key), expected))
                    .as("%s=%s differs from its default, and is read", key, values.get(key))
                    .isFalse());
  }

  private static <T> boolean reads(
      Function<Config, T> reader, Map<String, String> values, T expected) {
    try {
      return Config.of(values, reader).equals(expected);
    } catch (ConfigException requiredOrRelated) {
      return false;
    }
  }

  private static Map<String, String> without(Map<String, String> values, String key) {
    Map<String, String> rest = new HashMap<>(values);
    rest.remove(key);
    return rest;
  }
}
