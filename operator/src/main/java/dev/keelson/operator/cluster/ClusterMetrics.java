package dev.keelson.operator.cluster;

import io.prometheus.client.CollectorRegistry;
import io.prometheus.client.Counter;
import io.prometheus.client.Histogram;

/** What the reconciler counts. */
final class ClusterMetrics {
  /** How a reconciliation ended. */
  enum End {
    DONE("done"),
    STALLED("stalled"),
    FAILED("failed");

    private final String word;

    End(String word) {
      this.word = word;
    }
  }

  private final Counter reconciliations;
  private final Histogram seconds;
  private final Counter writes;

  ClusterMetrics(CollectorRegistry registry) {
    reconciliations =
        Counter.build("keelson_operator_reconciliations_total", "Reconciliations, by their end.")
            .labelNames("end")
            .register(registry);
    seconds =
        Histogram.build("keelson_operator_reconciliation_seconds", "How long they took.")
            .buckets(0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30)
            .register(registry);
    writes =
        Counter.build("keelson_operator_writes_total", "Objects written, by what was done.")
            .labelNames("kind", "act")
            .register(registry);
  }

  Histogram.Timer begin() {
    return seconds.startTimer();
  }

  void ended(End end) {
    reconciliations.labels(end.word).inc();
  }

  void wrote(Change change) {
    writes.labels(change.object().kind().word(), change.act().word()).inc();
  }
}
