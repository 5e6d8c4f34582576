package dev.keelson.runtime.admission;

import dev.keelson.runtime.metrics.Metrics;
import io.prometheus.client.Collector;
import io.prometheus.client.CounterMetricFamily;
import io.prometheus.client.GaugeMetricFamily;
import java.util.List;

/** Shows what an {@link Admission} counts. */
public final class AdmissionMetrics {
  private AdmissionMetrics() {}

  public static void register(Admission admission, Metrics metrics) {
    new Collector() {
      @Override
      public List<MetricFamilySamples> collect() {
        return List.of(
            new GaugeMetricFamily(
                "keelson_requests_in_flight",
                "Requests that are not answered yet.",
                admission.requestsInFlight()),
            new GaugeMetricFamily(
                "keelson_requests_in_flight_bytes",
                "Bytes of requests that are not answered yet.",
                admission.bytesInFlight()),
            new CounterMetricFamily(
                "keelson_requests_refused",
                "Requests that went beyond a limit of what is in flight.",
                admission.requestsRefused()));
      }
    }.register(metrics.registry());
  }
}
