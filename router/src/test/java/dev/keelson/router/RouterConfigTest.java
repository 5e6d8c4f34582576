package dev.keelson.router;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.keelson.runtime.config.Config;
import dev.keelson.runtime.config.ConfigException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RouterConfigTest {
  @Test
  void defaults() {
    assertThat(Config.of(Map.of(), RouterConfig::read)).isEqualTo(RouterConfig.DEFAULTS);
  }

  @Test
  void all_keys_are_mapped() {
    Map<String, String> changed = new HashMap<>();
    changed.put("listen", "127.0.0.1:1");
    changed.put("zone", "z");
    changed.put("host", "machine");
    changed.put("router.quorum-reads", "true");
    changed.put("router.greatest-deadline", "12s");
    changed.put("router.scans", "14");
    changed.put("router.shards-per-scan", "15");
    changed.put("router.loads", "16");
    changed.put("router.administrative-calls", "17");
    changed.put("keyspace.default-shards", "18");
    changed.put("keyspace.default-replication-factor", "5");

    RouterConfig read = Config.of(changed, RouterConfig::read);

    assertThat(read.toString())
        .contains(
            "listen=127.0.0.1:1", "zone=z", "host=machine", "quorumReads=true", "PT12S", "scans=14")
        .contains("shardsPerScan=15", "loads=16", "administrativeCalls=17", "shards=18")
        .contains("replicationFactor=5");
    assertThat(Config.keys(RouterConfig::read).keySet())
        .filteredOn(key -> !key.startsWith("net.") && !key.startsWith("limits."))
        .containsExactlyInAnyOrderElementsOf(changed.keySet());
  }

  @Test
  void each_key_may_stand_in_the_environment() {
    Map<String, String> environment =
        Map.of(
            "KEELSON_LISTEN", "127.0.0.1:1",
            "KEELSON_ZONE", "z",
            "KEELSON_ROUTER_GREATEST_DEADLINE", "12s",
            "KEELSON_ROUTER_SHARDS_PER_SCAN", "15",
            "KEELSON_KEYSPACE_DEFAULT_REPLICATION_FACTOR", "5",
            "KEELSON_LIMITS_PAGE_ROWS", "77");

    RouterConfig read = Config.load(List.of(), environment, RouterConfig::read);

    assertThat(read.listen()).hasToString("127.0.0.1:1");
    assertThat(read.zone()).isEqualTo("z");
    assertThat(read.greatestDeadline()).hasSeconds(12);
    assertThat(read.shardsPerScan()).isEqualTo(15);
    assertThat(read.keyspaceDefaults().replicationFactor()).isEqualTo(5);
    assertThat(read.limits().pageRows()).isEqualTo(77);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          listen                  | nowhere | not an address such as host:7400
          router.scans            | 0       | must be from 1 to 100000
          router.loads            | some    | not a whole number
          router.greatest-deadline| 1d      | not a duration such as
          keyspace.default-shards | 5000    | must be from 1 to 1024
          colour                  | red     | unknown key colour
          """)
  void a_bad_value_gives_a_sentence(String key, String value, String sentence) {
    assertThatThrownBy(() -> Config.of(Map.of(key, value), RouterConfig::read))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining(sentence);
  }

  @Test
  void deadlines_must_grow() {
    assertThatThrownBy(
            () -> Config.of(Map.of("router.greatest-deadline", "1s"), RouterConfig::read))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("must grow");
  }
}
