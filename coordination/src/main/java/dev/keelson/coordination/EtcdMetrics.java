package dev.keelson.coordination;

import dev.keelson.runtime.metrics.Metrics;
import io.prometheus.client.Collector;
import io.prometheus.client.CounterMetricFamily;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;

/** What an {@link EtcdMetadataStore} counts. */
final class EtcdMetrics {
  private final LongAdder calls = new LongAdder();
  private final LongAdder failures = new LongAdder();
  private final LongAdder watchResets = new LongAdder();
  private final LongAdder leasesLost = new LongAdder();

  void called() {
    calls.increment();
  }

  void failed() {
    failures.increment();
  }

  void watchReset() {
    watchResets.increment();
  }

  void leaseLost() {
    leasesLost.increment();
  }

  void register(Metrics metrics) {
    new Collector() {
      @Override
      public List<MetricFamilySamples> collect() {
        return List.of(
            counter("keelson_etcd_calls", "Calls to etcd.", calls),
            counter("keelson_etcd_failures", "Calls to etcd that failed.", failures),
            counter("keelson_etcd_watch_resets", "Times a watch began anew.", watchResets),
            counter("keelson_etcd_leases_lost", "Keys that were lost with a lease.", leasesLost));
      }
    }.register(metrics.registry());
  }

  private static CounterMetricFamily counter(String name, String help, LongAdder value) {
    return new CounterMetricFamily(name, help, value.sum());
  }
}
