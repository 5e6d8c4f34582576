package dev.keelson.datanode.journal;

import io.prometheus.client.Collector;
import io.prometheus.client.CollectorRegistry;
import io.prometheus.client.CounterMetricFamily;
import io.prometheus.client.GaugeMetricFamily;
import io.prometheus.client.Histogram;
import java.util.List;

/** What a {@link Journal} does, as asked at each scrape, and how long its batches take. */
public final class JournalMetrics extends Collector {
  private static final double NANOS = 1e9;

  private final Journal journal;
  private final Histogram appends;
  private final Histogram sizes;

  private JournalMetrics(Journal journal, CollectorRegistry registry) {
    this.journal = journal;
    appends =
        Histogram.build(
                "keelson_journal_append_seconds",
                "From handing a batch to the journal until it is durable.")
            .buckets(.0001, .00025, .0005, .001, .0025, .005, .01, .025, .05, .1, .25, 1, 5)
            .register(registry);
    sizes =
        Histogram.build("keelson_journal_batch_bytes", "Entries of a batch that shards append.")
            .buckets(0, 256, 1 << 10, 4 << 10, 16 << 10, 64 << 10, 256 << 10, 1 << 20, 4 << 20)
            .register(registry);
  }

  /** Shows a journal, and measures its appends from now on. */
  public static void register(Journal journal, CollectorRegistry registry) {
    JournalMetrics metrics = new JournalMetrics(journal, registry);
    registry.register(metrics);
    journal.measure(metrics::timed);
  }

  private Runnable timed(int bytes, Runnable whenDurable) {
    long begin = System.nanoTime();
    sizes.observe(bytes);
    return () -> {
      appends.observe((System.nanoTime() - begin) / NANOS);
      whenDurable.run();
    };
  }

  @Override
  public List<MetricFamilySamples> collect() {
    JournalStatus now = journal.status();
    return List.of(
        counter("forces", "Forces of the disk; each covers all batches that waited.", now.forces()),
        counter("written_bytes", "Bytes of all groups.", now.writtenBytes()),
        gauge("segments", "Files of the journal.", now.segments()),
        gauge("segment_bytes", "Their sizes together.", now.segmentBytes()),
        gauge("queued_bytes", "Entries that wait for the disk.", now.queuedBytes()),
        gauge("full", "1 while entries are refused for want of disk space.", now.full() ? 1 : 0));
  }

  private static MetricFamilySamples counter(String name, String help, long value) {
    return new CounterMetricFamily("keelson_journal_" + name, help, value);
  }

  private static MetricFamilySamples gauge(String name, String help, long value) {
    return new GaugeMetricFamily("keelson_journal_" + name, help, value);
  }
}
