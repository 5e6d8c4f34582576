package dev.keelson.operator;

import dev.keelson.runtime.config.Address;
import dev.keelson.runtime.config.Config;
import java.time.Duration;
import java.util.List;

/**
 * How the operator runs.
 *
 * @param namespaces whose clusters it looks after; none means all
 * @param databaseImage for clusters that name no image; empty when there is no default
 * @param leaseNamespace where operators agree on who acts; empty means its own namespace
 * @param identity names this process among operators; empty makes one up
 * @param databaseDeadline how long a database may take to say how it is
 */
public record OperatorConfig(
    List<String> namespaces,
    String databaseImage,
    String leaseNamespace,
    String leaseName,
    String identity,
    LeaseTimes leaseTimes,
    Duration databaseDeadline,
    Address healthListen) {

  /**
   * Who does not renew within the deadline stops acting, well before others may take the lease.
   *
   * @param duration after which others may take the lease
   * @param renewDeadline after which the holder gives up
   * @param retry how often it is renewed
   */
  public record LeaseTimes(Duration duration, Duration renewDeadline, Duration retry) {
    public LeaseTimes {
      if (renewDeadline.compareTo(duration) >= 0 || retry.compareTo(renewDeadline) >= 0) {
        throw new IllegalArgumentException(
            "operator.lease-retry < operator.lease-renew-deadline < operator.lease-duration must"
                + " hold: %s, %s, %s".formatted(retry, renewDeadline, duration));
      }
    }
  }

  public OperatorConfig {
    namespaces = List.copyOf(namespaces);
  }

  public static OperatorConfig read(Config config) {
    return new OperatorConfig(
        config.texts("operator.namespaces", List.of()),
        config.text("operator.database-image", ""),
        config.text("operator.lease-namespace", ""),
        config.text("operator.lease-name", "keelson-operator"),
        config.text("operator.identity", ""),
        new LeaseTimes(
            seconds(config, "operator.lease-duration", 15),
            seconds(config, "operator.lease-renew-deadline", 10),
            seconds(config, "operator.lease-retry", 2)),
        seconds(config, "operator.database-deadline", 3),
        config.address("health.listen", new Address("0.0.0.0", 7480)));
  }

  private static Duration seconds(Config config, String key, int fallback) {
    return config.duration(
        key, Duration.ofSeconds(fallback), Duration.ofSeconds(1), Duration.ofMinutes(5));
  }
}
