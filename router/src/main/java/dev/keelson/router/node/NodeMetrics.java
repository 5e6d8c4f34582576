package dev.keelson.router.node;

import dev.keelson.core.shard.NodeId;
import io.prometheus.client.Collector;
import io.prometheus.client.CollectorRegistry;
import io.prometheus.client.Counter;
import io.prometheus.client.GaugeMetricFamily;
import java.util.List;

/** What the links to data nodes are doing. */
public final class NodeMetrics implements LinkListener {
  private static final List<String> LABELS = List.of("node");

  private final Counter opened;
  private final Counter broken;
  private final Counter late;
  private final Runnable whenOpened;

  /**
   * @param whenOpened runs on each opening, on the link's loop
   */
  public NodeMetrics(CollectorRegistry registry, Runnable whenOpened) {
    this.whenOpened = whenOpened;
    opened = counter(registry, "opened", "Streams to data nodes that came up.");
    broken = counter(registry, "broken", "Streams to data nodes that broke or didn't come up.");
    late = counter(registry, "late_answers", "Answers that nobody waited for any more.");
  }

  private static Counter counter(CollectorRegistry registry, String name, String help) {
    return Counter.build()
        .name("keelson_router_node_streams_" + name + "_total")
        .help(help)
        .labelNames("node")
        .register(registry);
  }

  /** Shows the links as they are at each scrape. */
  public void watch(NodeLinks links, CollectorRegistry registry) {
    new Collector() {
      @Override
      public List<MetricFamilySamples> collect() {
        GaugeMetricFamily open =
            new GaugeMetricFamily(
                "keelson_router_node_stream_open", "1 while the stream is up.", LABELS);
        GaugeMetricFamily waiting =
            new GaugeMetricFamily(
                "keelson_router_node_requests_waiting",
                "Requests to the node that have no answer.",
                LABELS);
        for (NodeLink link : links.all()) {
          List<String> node = List.of(link.node().name());
          open.addMetric(node, link.isOpen() ? 1 : 0);
          waiting.addMetric(node, link.waitingCalls());
        }
        return List.of(open, waiting);
      }
    }.register(registry);
  }

  @Override
  public void opened(NodeLink link) {
    opened.labels(link.node().name()).inc();
    whenOpened.run();
  }

  @Override
  public void broken(NodeLink link) {
    broken.labels(link.node().name()).inc();
  }

  @Override
  public void answeredLate(NodeId node) {
    late.labels(node.name()).inc();
  }
}
