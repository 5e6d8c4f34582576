package dev.keelson.router;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.keelson.runtime.config.Config;
import dev.keelson.runtime.config.ConfigException;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

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
    changed.put("router.greatest-deadline", "12s");
    changed.put("router.scans", "14");
    changed.put("router.shards-per-scan", "15");
    changed.put("router.loads", "16");
    changed.put("router.administrative-calls", "17");
    changed.put("keyspace.default-shards", "18");
    changed.put("keyspace.default-replication-factor", "5");

    RouterConfig read = Config.of(changed, RouterConfig::read);

    assertThat(read.toString())
        .contains("listen=127.0.0.1:1", "zone=z", "PT12S", "scans=14")
        .contains("shardsPerScan=15", "loads=16", "administrativeCalls=17", "shards=18")
        .contains("replicationFactor=5");
    assertThat(Config.keys(RouterConfig::read).keySet())
        .filteredOn(key -> !key.startsWith("net.") && !key.startsWith("limits."))
        .containsExactlyInAnyOrderElementsOf(changed.keySet());
  }

  @Test
  void deadlines_must_grow() {
    assertThatThrownBy(
            () -> Config.of(Map.of("router.greatest-deadline", "1s"), RouterConfig::read))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("must grow");
  }
}
