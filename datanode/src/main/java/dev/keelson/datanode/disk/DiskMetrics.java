package dev.keelson.datanode.disk;

import io.prometheus.client.CollectorRegistry;
import io.prometheus.client.Counter;
import io.prometheus.client.Histogram;

/** How the disk below the journal is doing: a slow force is a slow write of every client. */
public final class DiskMetrics {
  private static final double NANOS = 1e9;

  private final Histogram forces;
  private final Histogram writes;
  private final Counter bytes;

  public DiskMetrics(CollectorRegistry registry) {
    forces = histogram("force", "How long the disk takes to make durable what was written.");
    writes = histogram("write", "How long the system takes to take a write to the journal.");
    bytes =
        Counter.build("keelson_disk_written_bytes_total", "Bytes written to the journal's files.")
            .create();
    registry.register(forces);
    registry.register(writes);
    registry.register(bytes);
  }

  private static Histogram histogram(String name, String help) {
    return Histogram.build("keelson_disk_" + name + "_seconds", help)
        .buckets(.0001, .00025, .0005, .001, .0025, .005, .01, .025, .05, .1, .25, 1, 5)
        .create();
  }

  void forced(long nanos) {
    forces.observe(nanos / NANOS);
  }

  void wrote(int count, long nanos) {
    writes.observe(nanos / NANOS);
    bytes.inc(count);
  }
}
