package dev.keelson.router.route;

import io.prometheus.client.CollectorRegistry;
import io.prometheus.client.Counter;
import java.util.EnumMap;
import java.util.Map;

/** Counts what {@link ShardCall} does beyond sending once. */
public final class RouteMetrics {
  private final Map<Reason, Counter.Child> retries = new EnumMap<>(Reason.class);

  public RouteMetrics(CollectorRegistry registry) {
    Counter counter =
        Counter.build()
            .name("keelson_router_retries_total")
            .help("Requests that were sent again or had to wait for a leader, by reason.")
            .labelNames("reason")
            .register(registry);
    for (Reason reason : Reason.values()) {
      retries.put(reason, counter.labels(reason.name()));
    }
  }

  void retry(Reason reason) {
    Counter.Child child = retries.get(reason);
    if (child != null) {
      child.inc();
    }
  }
}
