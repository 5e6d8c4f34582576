package dev.keelson.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.keelson.runtime.config.Address;
import dev.keelson.runtime.config.Config;
import dev.keelson.runtime.config.ConfigException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class OperatorConfigTest {
  @Test
  void defaults() {
    OperatorConfig config = Config.of(Map.of(), OperatorConfig::read);
    assertThat(config)
        .isEqualTo(
            new OperatorConfig(
                List.of(),
                "",
                "",
                "keelson-operator",
                "",
                new OperatorConfig.LeaseTimes(
                    Duration.ofSeconds(15), Duration.ofSeconds(10), Duration.ofSeconds(2)),
                Duration.ofSeconds(3),
                new Address("0.0.0.0", 7480)));
  }

  @Test
  void all_keys_mapped() {
    OperatorConfig config =
        Config.of(
            Map.of(
                "operator.namespaces", "a,b",
                "operator.database-image", "keelson:1",
                "operator.lease-namespace", "system",
                "operator.lease-name", "lease",
                "operator.identity", "me",
                "operator.lease-duration", "9s",
                "operator.lease-renew-deadline", "6s",
                "operator.lease-retry", "1s",
                "operator.database-deadline", "2s",
                "health.listen", "127.0.0.1:1"),
            OperatorConfig::read);
    assertThat(config)
        .isEqualTo(
            new OperatorConfig(
                List.of("a", "b"),
                "keelson:1",
                "system",
                "lease",
                "me",
                new OperatorConfig.LeaseTimes(
                    Duration.ofSeconds(9), Duration.ofSeconds(6), Duration.ofSeconds(1)),
                Duration.ofSeconds(2),
                new Address("127.0.0.1", 1)));
  }

  @Test
  void a_lease_that_ends_before_its_holder_gives_up_is_refused() {
    assertThatThrownBy(
            () -> Config.of(Map.of("operator.lease-duration", "5s"), OperatorConfig::read))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("operator.lease-renew-deadline < operator.lease-duration");
  }
}
