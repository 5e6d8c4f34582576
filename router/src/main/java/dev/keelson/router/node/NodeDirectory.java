package dev.keelson.router.node;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.keelson.coordination.MetadataKeys;
import dev.keelson.coordination.MetadataStore;
import dev.keelson.core.shard.NodeId;
import dev.keelson.proto.internal.v1.ClusterRecord;
import dev.keelson.proto.internal.v1.NodeRecord;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keeps the {@link NodeLinks} to the nodes that are registered in the metadata store. */
public final class NodeDirectory implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(NodeDirectory.class);

  private final NodeLinks links;
  private final Runnable whenKnown;
  private final Map<String, NodeRecord> byKey = new HashMap<>();
  private final List<MetadataStore.Subscription> subscriptions;
  private volatile String clusterId = "";

  /**
   * @param whenKnown runs when the cluster's id is first known, on a thread of the store
   */
  public NodeDirectory(MetadataStore store, NodeLinks links, Runnable whenKnown) {
    this.links = links;
    this.whenKnown = whenKnown;
    this.subscriptions =
        List.of(
            store.watch(MetadataKeys.CLUSTER, new ClusterWatcher()),
            store.watch(MetadataKeys.NODES, new NodesWatcher()));
  }

  /** Empty until a data node has written it. */
  public String clusterId() {
    return clusterId;
  }

  private synchronized void clusterIs(ByteString value) {
    try {
      String id = ClusterRecord.parseFrom(value).getClusterId();
      if (!clusterId.isEmpty() && !clusterId.equals(id)) {
        // Links keep the id that they were opened with; a router is restarted for another cluster.
        log.error("the cluster is now called {}, it was {}; restart this router", id, clusterId);
        return;
      }
      boolean first = clusterId.isEmpty() && !id.isEmpty();
      clusterId = id;
      if (first) {
        log.info("the cluster is {}", id);
        update();
        whenKnown.run();
      }
    } catch (InvalidProtocolBufferException e) {
      log.error("the cluster's record can't be read", e);
    }
  }

  private void put(MetadataStore.Entry entry) {
    try {
      NodeRecord record = NodeRecord.parseFrom(entry.value());
      NodeId checked = new NodeId(record.getNode());
      log.debug("data node {} is at {}", checked, record.getAddress());
      byKey.put(entry.key(), record);
    } catch (InvalidProtocolBufferException | IllegalArgumentException e) {
      log.error("the registration under {} can't be read; it is ignored", entry.key(), e);
    }
  }

  private synchronized void update() {
    if (clusterId.isEmpty()) {
      return;
    }
    Map<NodeId, NodeRecord> nodes = new HashMap<>();
    byKey.values().forEach(record -> nodes.put(new NodeId(record.getNode()), record));
    links.registered(clusterId, nodes);
  }

  @Override
  public void close() {
    subscriptions.forEach(MetadataStore.Subscription::close);
  }

  private final class ClusterWatcher implements MetadataStore.Watcher {
    @Override
    public void reset(MetadataStore.Listing all) {
      changed(all.entries(), List.of(), all.revision());
    }

    @Override
    public void changed(List<MetadataStore.Entry> puts, List<String> deletes, long revision) {
      puts.stream()
          .filter(entry -> entry.key().equals(MetadataKeys.CLUSTER))
          .forEach(entry -> clusterIs(entry.value()));
    }
  }

  private final class NodesWatcher implements MetadataStore.Watcher {
    @Override
    public void reset(MetadataStore.Listing all) {
      synchronized (NodeDirectory.this) {
        byKey.clear();
        all.entries().forEach(NodeDirectory.this::put);
        update();
      }
    }

    @Override
    public void changed(List<MetadataStore.Entry> puts, List<String> deletes, long revision) {
      synchronized (NodeDirectory.this) {
        deletes.forEach(byKey::remove);
        puts.forEach(NodeDirectory.this::put);
        update();
      }
    }
  }
}
