package dev.keelson.runtime.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.keelson.core.limit.Limits;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigTest {
  enum Mode {
    SAFE,
    VERY_FAST
  }

  record Example(
      String name,
      int threads,
      boolean on,
      Duration patience,
      DataSize memory,
      Path data,
      Optional<Path> extra,
      Address listen,
      Address advertise,
      List<String> zones,
      List<Address> seeds,
      Mode mode,
      String title) {
    static Example read(Config config) {
      return new Example(
          config.requiredText("example.name"),
          config.integer("example.threads", 2, 1, 8),
          config.flag("example.on", false),
          config.duration(
              "example.wait", Duration.ofSeconds(1), Duration.ofMillis(10), Duration.ofHours(1)),
          config.size(
              "example.memory",
              DataSize.ofMebibytes(64),
              DataSize.ofKibibytes(1),
              DataSize.ofMebibytes(1024)),
          config.requiredPath("example.data"),
          config.path("example.extra"),
          config.address("example.listen", new Address("127.0.0.1", 7400)),
          config.requiredAddress("example.advertise"),
          config.texts("example.zones", List.of()),
          config.requiredAddresses("example.seeds"),
          config.choice("example.mode", Mode.SAFE),
          config.text("example.title", "untitled"));
    }
  }

  private static final Map<String, String> REQUIRED =
      Map.of(
          "example.name", "n",
          "example.data", "/data",
          "example.advertise", "here:1",
          "example.seeds", "a:1");

  @Test
  void defaults() {
    ConfigAssertions.assertDefaults(
        Example::read,
        REQUIRED,
        new Example(
            "n",
            2,
            false,
            Duration.ofSeconds(1),
            DataSize.ofMebibytes(64),
            Path.of("/data"),
            Optional.empty(),
            new Address("127.0.0.1", 7400),
            new Address("here", 1),
            List.of(),
            List.of(new Address("a", 1)),
            Mode.SAFE,
            "untitled"));
  }

  @Test
  void allKeysMapped() {
    Map<String, String> values = new HashMap<>();
    values.put("example.name", "other");
    values.put("example.threads", "8");
    values.put("example.on", "true");
    values.put("example.wait", "250ms");
    values.put("example.memory", "2MiB");
    values.put("example.data", "/elsewhere");
    values.put("example.extra", "/extra");
    values.put("example.listen", "[::1]:7401");
    values.put("example.advertise", "there:2");
    values.put("example.zones", "z1, z2");
    values.put("example.seeds", "a:1,b:2");
    values.put("example.mode", "very-fast");
    values.put("example.title", "titled");
    ConfigAssertions.assertAllKeysMapped(
        Example::read,
        values,
        new Example(
            "other",
            8,
            true,
            Duration.ofMillis(250),
            DataSize.ofMebibytes(2),
            Path.of("/elsewhere"),
            Optional.of(Path.of("/extra")),
            new Address("::1", 7401),
            new Address("there", 2),
            List.of("z1", "z2"),
            List.of(new Address("a", 1), new Address("b", 2)),
            Mode.VERY_FAST,
            "titled"));
  }

  @Test
  void everything_that_is_wrong_is_reported_together() {
    Map<String, String> values = new HashMap<>(REQUIRED);
    values.remove("example.name");
    values.put("example.threads", "9");
    values.put("example.on", "yes");
    values.put("example.wait", "5 minutes");
    values.put("example.memory", "2GB");
    values.put("example.listen", "7400");
    values.put("example.mode", "reckless");
    values.put("example.thread", "2");

    assertThatThrownBy(() -> Config.of(values, Example::read))
        .isInstanceOfSatisfying(
            ConfigException.class,
            e ->
                assertThat(e.errors())
                    .hasSize(8)
                    .anyMatch(it -> it.startsWith("example.name must be given"))
                    .anyMatch(it -> it.contains("'9': must be from 1 to 8"))
                    .anyMatch(it -> it.contains("'yes': not true or false"))
                    .anyMatch(it -> it.contains("'5 minutes': not a duration such as"))
                    .anyMatch(it -> it.contains("'2GB': not a size such as"))
                    .anyMatch(it -> it.contains("'7400': not an address such as"))
                    .anyMatch(it -> it.contains("'reckless': must be one of safe, very-fast"))
                    .anyMatch(
                        it ->
                            it.startsWith("unknown key example.thread;")
                                && it.contains("example.threads")));
  }

  @Test
  void the_command_line_wins_over_the_environment_and_that_over_the_file(@TempDir Path directory)
      throws IOException {
    Path file = directory.resolve("keelson.properties");
    Files.writeString(
        file,
        """
        example.name = from the file
        example.data = /file
        example.advertise = file:1
        example.seeds = file:1
        example.threads = 3
        example.title = from the file
        """);
    Example read =
        Config.load(
            List.of("--config", file.toString(), "--set", "example.name=from=the line"),
            Map.of(
                "KEELSON_EXAMPLE_NAME", "from the environment",
                "KEELSON_EXAMPLE_TITLE", "from the environment",
                "PATH", "/bin"),
            Example::read);

    assertThat(read.name()).isEqualTo("from=the line");
    assertThat(read.title()).isEqualTo("from the environment");
    assertThat(read.threads()).isEqualTo(3);
  }

  @Test
  void a_variable_of_ours_that_nobody_reads_is_fatal_unless_kubernetes_or_a_script_made_it() {
    Map<String, String> environment = new HashMap<>();
    REQUIRED.forEach((key, value) -> environment.put(ConfigValues.variable(key), value));
    environment.put("KEELSON_CACHE", "/cache");
    environment.put("KEELSON_ROUTER_SERVICE_HOST", "10.0.0.1");
    environment.put("KEELSON_ROUTER_SERVICE_PORT_GRPC", "7400");
    environment.put("KEELSON_ROUTER_PORT", "tcp://10.0.0.1:7400");
    environment.put("KEELSON_ROUTER_PORT_7400_TCP_ADDR", "10.0.0.1");
    assertThat(Config.load(List.of(), environment, Example::read).name()).isEqualTo("n");

    environment.put("KEELSON_EXAMPLE_NAMES", "typo");
    assertThatThrownBy(() -> Config.load(List.of(), environment, Example::read))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("unknown variable KEELSON_EXAMPLE_NAMES");
  }

  @Test
  void arguments_and_files_that_cant_be_used_are_named() {
    assertThatThrownBy(
            () ->
                Config.load(
                    List.of("--config", "/no/such/file", "--set", "novalue", "--verbose", "--set"),
                    Map.of(),
                    config -> ""))
        .isInstanceOfSatisfying(
            ConfigException.class,
            e ->
                assertThat(e.errors())
                    .hasSize(4)
                    .anyMatch(it -> it.contains("/no/such/file"))
                    .anyMatch(it -> it.contains("KEY=VALUE, not 'novalue'"))
                    .anyMatch(it -> it.contains("unknown argument --verbose"))
                    .anyMatch(it -> it.contains("--set must be followed by a value")));
  }

  @Test
  void limits_have_the_defaults_of_the_core_and_keep_their_relations() {
    ConfigAssertions.assertDefaults(LimitsConfig::read, Map.of(), Limits.DEFAULTS);
    assertThat(
            Config.of(
                    Map.of("limits.row-size", "512KiB", "limits.batch-size", "2MiB"),
                    LimitsConfig::read)
                .rowBytes())
        .isEqualTo(512 << 10);
    assertThatThrownBy(() -> Config.of(Map.of("limits.row-size", "900MiB"), LimitsConfig::read))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("rowBytes");
  }

  @Test
  void sizes_read_as_they_are_written() {
    for (String text : List.of("0B", "100B", "4KiB", "64MiB", "3GiB")) {
      assertThat(DataSize.parse(text)).hasToString(text);
    }
    assertThatThrownBy(() -> DataSize.parse("999999999999999TiB"))
        .isInstanceOf(ArithmeticException.class);
  }
}
