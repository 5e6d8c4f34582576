package dev.keelson.router.node;

import dev.keelson.core.shard.NodeId;
import dev.keelson.proto.internal.v1.NodeRecord;
import dev.keelson.runtime.net.Transport;
import io.netty.channel.EventLoop;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The links to all data nodes that are registered. A link outlives its registration while it is
 * open: what was registered goes with a lease, and a healthy stream needs none.
 *
 * <p>Thread-safe; readers see immutable maps.
 */
public final class NodeLinks implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(NodeLinks.class);

  private final Transport transport;
  private final LinkConfig config;
  private final LinkListener listener;
  private final Whereabouts here;
  private int opened;
  private boolean closed;
  private volatile Map<NodeId, NodeLink> links = Map.of();
  private volatile Map<NodeId, NodeRecord> registered = Map.of();

  public NodeLinks(
      Transport transport, LinkConfig config, LinkListener listener, Whereabouts here) {
    this.here = here;
    this.transport = transport;
    this.config = config;
    this.listener = listener;
  }

  public @Nullable NodeLink link(NodeId node) {
    return links.get(node);
  }

  public Collection<NodeLink> all() {
    return links.values();
  }

  /** The nodes that are registered now. */
  public Map<NodeId, NodeRecord> registered() {
    return registered;
  }

  /** Whether a node is in the zone of this router. */
  public boolean isNear(NodeId node) {
    NodeRecord record = registered.get(node);
    return record != null && here.isNear(record);
  }

  /** Opens links to new nodes, moves those whose address changed, and drops dead ones that left. */
  public synchronized void registered(String clusterId, Map<NodeId, NodeRecord> nodes) {
    if (closed) {
      return;
    }
    registered = Map.copyOf(nodes);
    here.learn(registered.values());
    Map<NodeId, NodeLink> next = new HashMap<>(links);
    for (NodeLink link : List.copyOf(next.values())) {
      NodeRecord record = nodes.get(link.node());
      boolean moved = record != null && !record.getAddress().equals(link.address());
      if (moved || (record == null && !link.isOpen())) {
        link.close();
        next.remove(link.node());
      }
    }
    for (NodeRecord record : nodes.values()) {
      NodeId node = new NodeId(record.getNode());
      if (!next.containsKey(node)) {
        openLink(node, record.getAddress(), clusterId, next);
      }
    }
    links = Map.copyOf(next);
  }

  private void openLink(NodeId node, String address, String clusterId, Map<NodeId, NodeLink> into) {
    List<EventLoop> loops = transport.loops().loops();
    EventLoop loop = loops.get(opened++ % loops.size());
    try {
      NodeLink link =
          new NodeLink(
              node,
              address,
              clusterId,
              transport.channel(address).eventLoopGroup(loop).build(),
              loop,
              config,
              listener);
      into.put(node, link);
      link.open();
    } catch (IllegalArgumentException e) {
      log.error("data node {} is registered with an address that can't be used", node, e);
    }
  }

  @Override
  public synchronized void close() {
    closed = true;
    links.values().forEach(NodeLink::close);
    links = Map.of();
  }
}
