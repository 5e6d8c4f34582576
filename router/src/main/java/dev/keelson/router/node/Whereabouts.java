package dev.keelson.router.node;

import dev.keelson.proto.internal.v1.NodeRecord;
import java.util.Collection;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The zone that this router runs in, so that reads that need not be fresh stay there. Who places
 * routers may not know their zones beforehand: a pod is told its machine, but the zone of a machine
 * may only be read by those who may read all machines. Data nodes know their zones, so a router
 * takes that of a data node on its machine, and keeps it when that one goes. Thread-safe.
 */
public final class Whereabouts {
  private static final Logger log = LoggerFactory.getLogger(Whereabouts.class);

  private final String host;
  private volatile String zone;

  /**
   * @param zone empty when the router was not told
   * @param host empty when the router was not told
   */
  public Whereabouts(String zone, String host) {
    this.zone = zone;
    this.host = host;
  }

  void learn(Collection<NodeRecord> nodes) {
    if (!zone.isEmpty() || host.isEmpty()) {
      return;
    }
    nodes.stream()
        .filter(it -> it.getHost().equals(host) && !it.getZone().isEmpty())
        .findFirst()
        .ifPresent(this::take);
  }

  private void take(NodeRecord neighbour) {
    zone = neighbour.getZone();
    log.info("this router is in zone {}, like data node {} on {}", zone, neighbour.getNode(), host);
  }

  /** Whether a node is in this router's zone, as far as both are known. */
  boolean isNear(NodeRecord node) {
    String here = zone;
    return !here.isEmpty() && here.equals(node.getZone());
  }
}
