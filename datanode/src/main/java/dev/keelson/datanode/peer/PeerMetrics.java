package dev.keelson.datanode.peer;

import io.prometheus.client.CollectorRegistry;
import io.prometheus.client.Counter;
import io.prometheus.client.Gauge;

/** What the streams between nodes do. */
final class PeerMetrics {
  final Counter framesSent;
  final Counter framesReceived;
  final Counter messagesSent;
  final Counter messagesReceived;
  final Counter bytesSent;
  final Counter dropped;
  final Counter refused;
  final Gauge connected;

  PeerMetrics(CollectorRegistry registry) {
    framesSent = counter("frames_sent", "Frames sent to other data nodes.", registry);
    framesReceived = counter("frames_received", "Frames from other data nodes.", registry);
    messagesSent = counter("messages_sent", "Messages sent to other data nodes.", registry);
    messagesReceived = counter("messages_received", "Messages from other data nodes.", registry);
    bytesSent = counter("sent_bytes", "Bytes sent to other data nodes.", registry);
    dropped =
        Counter.build("keelson_peer_dropped_total", "Messages dropped before they were sent.")
            .labelNames("reason")
            .register(registry);
    refused = counter("refused", "Streams ended because of what the other side is.", registry);
    connected =
        Gauge.build("keelson_peer_connected", "Data nodes with an open stream.").register(registry);
  }

  private static Counter counter(String name, String help, CollectorRegistry registry) {
    return Counter.build("keelson_peer_" + name + "_total", help).register(registry);
  }
}
