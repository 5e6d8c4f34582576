package dev.keelson.runtime.metrics;

import io.prometheus.client.CollectorRegistry;
import io.prometheus.client.Gauge;
import io.prometheus.client.exporter.common.TextFormat;
import io.prometheus.client.hotspot.DefaultExports;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;

/**
 * The metrics of one process. Each feature has a class {@code XMetrics} beside {@code X} that
 * registers its own here. Names begin with {@code keelson_}; units are seconds and bytes.
 */
public final class Metrics {
  private final CollectorRegistry registry = new CollectorRegistry(true);

  public Metrics(String version) {
    Gauge.build("keelson_build_info", "Which version this is; the value is always 1.")
        .labelNames("version")
        .register(registry)
        .labels(version)
        .set(1);
  }

  /** Adds memory, garbage collection, threads and file handles of this JVM. */
  public Metrics withVirtualMachine() {
    DefaultExports.register(registry);
    return this;
  }

  public CollectorRegistry registry() {
    return registry;
  }

  /** All there is, in the text format of Prometheus. */
  public String text() {
    StringWriter text = new StringWriter();
    try {
      TextFormat.write004(text, registry.metricFamilySamples());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return text.toString();
  }
}
