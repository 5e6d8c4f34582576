package dev.keelson.coordination;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.keelson.runtime.config.Address;
import dev.keelson.runtime.config.Config;
import dev.keelson.runtime.config.ConfigAssertions;
import dev.keelson.runtime.config.ConfigException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class EtcdConfigTest {
  @Test
  void defaults() {
    ConfigAssertions.assertDefaults(
        EtcdConfig::read,
        Map.of("etcd.endpoints", "etcd:2379"),
        EtcdConfig.of(List.of(new Address("etcd", 2379)), "keelson"));
  }

  @Test
  void allKeysMapped() {
    Map<String, String> values = new HashMap<>();
    values.put("etcd.endpoints", "a:1,b:2");
    values.put("cluster", "flights");
    values.put("etcd.call-timeout", "1s");
    values.put("etcd.lease", "30s");
    values.put("etcd.certificate-authority", "/tls/ca.crt");
    values.put("etcd.certificate", "/tls/tls.crt");
    values.put("etcd.certificate-key", "/tls/tls.key");
    ConfigAssertions.assertAllKeysMapped(
        EtcdConfig::read,
        values,
        new EtcdConfig(
            List.of(new Address("a", 1), new Address("b", 2)),
            "flights",
            Duration.ofSeconds(1),
            Duration.ofSeconds(30),
            Optional.of(Path.of("/tls/ca.crt")),
            Optional.of(Path.of("/tls/tls.crt")),
            Optional.of(Path.of("/tls/tls.key"))));
  }

  @Test
  void what_doesnt_fit_together_is_refused() {
    assertThatThrownBy(
            () ->
                Config.of(
                    Map.of(
                        "etcd.endpoints", "a:1",
                        "cluster", "No Name",
                        "etcd.certificate", "/tls/tls.crt"),
                    EtcdConfig::read))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("cluster must consist of")
        .hasMessageContaining("must be given together")
        .hasMessageContaining("needs etcd.certificate-authority");
  }
}
