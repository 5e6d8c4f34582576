package dev.keelson.datanode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.keelson.core.limit.Limits;
import dev.keelson.core.placement.MoveLimits;
import dev.keelson.core.shard.NodeId;
import dev.keelson.datanode.controller.ControllerConfig;
import dev.keelson.datanode.snapshot.SnapshotSettings;
import dev.keelson.runtime.config.Address;
import dev.keelson.runtime.config.Config;
import dev.keelson.runtime.config.ConfigException;
import dev.keelson.runtime.net.NetConfig;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DataNodeConfigTest {
  private static final Map<String, String> REQUIRED =
      Map.of("node.name", "n1", "data-directory", "/data");

  /** A value for each key of the node itself, none of them its default. */
  private static final Map<String, String> ALL =
      Map.ofEntries(
          Map.entry("node.name", "n7"),
          Map.entry("zone", "z"),
          Map.entry("host", "machine-7"),
          Map.entry("cluster", "c"),
          Map.entry("data-directory", "/other"),
          Map.entry("listen", "127.0.0.1:1"),
          Map.entry("advertise", "n7.example:2"),
          Map.entry("health.listen", "127.0.0.1:3"),
          Map.entry("etcd.adopt", "token"),
          Map.entry("stop.hand-over", "7s"),
          Map.entry("snapshots.log-bytes", "8MiB"),
          Map.entry("snapshots.take-rate", "3MiB"),
          Map.entry("snapshots.fetch-rate", "5MiB"),
          Map.entry("shards", "8"),
          Map.entry("replication-factor", "5"),
          Map.entry("controller.expected-nodes", "9"),
          Map.entry("controller.patience", "11s"),
          Map.entry("controller.period", "12s"),
          Map.entry("controller.replace-after", "13s"),
          Map.entry("controller.moves", "14"),
          Map.entry("controller.moves-per-node", "15"));

  @Test
  void defaults() {
    DataNodeConfig read = Config.of(REQUIRED, DataNodeConfig::read);

    assertThat(read)
        .isEqualTo(
            new DataNodeConfig(
                new NodeId("n1"),
                "default",
                "",
                "keelson",
                Path.of("/data"),
                new Address("0.0.0.0", 7410),
                Optional.empty(),
                new Address("0.0.0.0", 7480),
                "",
                Duration.ofSeconds(5),
                ControllerConfig.DEFAULTS,
                SnapshotSettings.DEFAULTS,
                NetConfig.DEFAULTS,
                read.limits()));
    assertThat(read.limits().inFlightPerConnection())
        .as("a router's connection carries the calls of all its clients")
        .isEqualTo(Limits.DEFAULTS.inFlightPerProcess());
    assertThat(read.limits().answerBytes()).isEqualTo(Limits.DEFAULTS.answerBytes());
  }

  @Test
  void all_keys_are_mapped() {
    DataNodeConfig read = Config.of(ALL, DataNodeConfig::read);

    assertThat(read)
        .isEqualTo(
            new DataNodeConfig(
                new NodeId("n7"),
                "z",
                "machine-7",
                "c",
                Path.of("/other"),
                new Address("127.0.0.1", 1),
                Optional.of(new Address("n7.example", 2)),
                new Address("127.0.0.1", 3),
                "token",
                Duration.ofSeconds(7),
                new ControllerConfig(
                    8,
                    5,
                    9,
                    Duration.ofSeconds(11),
                    Duration.ofSeconds(13),
                    new MoveLimits(14, 15),
                    Duration.ofSeconds(12)),
                SnapshotSettings.DEFAULTS.with(8 << 20, 3 << 20, 5 << 20),
                NetConfig.DEFAULTS,
                read.limits()));
    assertThat(Config.keys(DataNodeConfig::read).keySet())
        .filteredOn(key -> !key.startsWith("net.") && !key.startsWith("limits."))
        .containsExactlyInAnyOrderElementsOf(ALL.keySet());
  }

  @Test
  void each_key_may_stand_in_the_environment() {
    Map<String, String> environment = new HashMap<>();
    ALL.forEach(
        (key, value) ->
            environment.put(
                "KEELSON_" + key.toUpperCase(Locale.ROOT).replace('.', '_').replace('-', '_'),
                value));

    assertThat(Config.load(List.of(), environment, DataNodeConfig::read))
        .isEqualTo(Config.of(ALL, DataNodeConfig::read));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          listen                    | nowhere | not an address such as host:7400
          replication-factor        | 4       | replication-factor must be odd: 4
          replication-factor        | 9       | must be from 1 to 7
          controller.expected-nodes | many    | not a whole number
          stop.hand-over            | 16s     | must be from
          stop.hand-over            | 5       | not a duration such as
          node.name                 | N 1     | N 1
          colour                    | red     | unknown key colour
          """)
  void a_bad_value_gives_a_sentence(String key, String value, String sentence) {
    Map<String, String> values = new HashMap<>(REQUIRED);
    values.put(key, value);

    assertThatThrownBy(() -> Config.of(values, DataNodeConfig::read))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining(sentence);
  }

  @Test
  void what_must_be_given_is_asked_for_all_at_once() {
    assertThatThrownBy(() -> Config.of(Map.of(), DataNodeConfig::read))
        .hasMessageContaining("node.name must be given (or KEELSON_NODE_NAME)")
        .hasMessageContaining("data-directory must be given (or KEELSON_DATA_DIRECTORY)");
  }
}
