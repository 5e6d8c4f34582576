package dev.keelson.datanode.rpc;

import io.prometheus.client.CollectorRegistry;
import io.prometheus.client.Counter;
import io.prometheus.client.Gauge;

/** What routers ask for. */
public final class FragmentsMetrics {
  final Gauge streams;
  final Counter calls;
  final Counter refused;
  final Counter framesIn;
  final Counter framesOut;
  final Counter slowReader;

  public FragmentsMetrics(CollectorRegistry registry) {
    streams =
        Gauge.build("keelson_fragments_streams", "Open streams of routers.").register(registry);
    calls = counter("calls", "Calls of routers.", registry);
    refused = counter("calls_refused", "Calls refused because too much is in flight.", registry);
    framesIn = counter("frames_received", "Frames from routers.", registry);
    framesOut = counter("frames_sent", "Frames to routers.", registry);
    slowReader = counter("answers_dropped", "Answers a slow router did not take.", registry);
  }

  private static Counter counter(String name, String help, CollectorRegistry registry) {
    return Counter.build("keelson_fragments_" + name + "_total", help).register(registry);
  }
}
