package dev.keelson.datanode.membership;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.keelson.coordination.MetadataKeys;
import dev.keelson.coordination.MetadataStore;
import dev.keelson.coordination.MetadataStore.Entry;
import dev.keelson.coordination.MetadataStore.Listing;
import dev.keelson.coordination.MetadataStore.Subscription;
import dev.keelson.core.shard.NodeId;
import dev.keelson.proto.internal.v1.NodeRecord;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Which data nodes are registered, and where they can be reached. */
public final class NodeDirectory implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(NodeDirectory.class);

  private final Consumer<Map<NodeId, String>> listener;
  private final Subscription subscription;
  private final Map<String, NodeRecord> records = new TreeMap<>();

  private NodeDirectory(MetadataStore store, Consumer<Map<NodeId, String>> listener) {
    this.listener = listener;
    this.subscription = store.watch(MetadataKeys.NODES, new NodeWatcher());
  }

  /**
   * @param listener gets all addresses after each change, on a thread of the store
   */
  public static NodeDirectory follow(MetadataStore store, Consumer<Map<NodeId, String>> listener) {
    return new NodeDirectory(store, listener);
  }

  private final class NodeWatcher implements MetadataStore.Watcher {
    @Override
    public void reset(Listing all) {
      records.clear();
      all.entries().forEach(this::put);
      tell();
    }

    @Override
    public void changed(List<Entry> puts, List<String> deletes, long revision) {
      deletes.forEach(records::remove);
      puts.forEach(this::put);
      tell();
    }

    private void put(Entry entry) {
      parse(entry).ifPresent(it -> records.put(entry.key(), it));
    }

    private void tell() {
      listener.accept(
          records.values().stream()
              .collect(Collectors.toMap(it -> new NodeId(it.getNode()), NodeRecord::getAddress)));
    }
  }

  /** A record that can't be used is as if it were not there: it is one node's, not everybody's. */
  public static Optional<NodeRecord> parse(Entry entry) {
    try {
      NodeRecord record = NodeRecord.parseFrom(entry.value());
      NodeId node = new NodeId(record.getNode());
      if (entry.key().equals(MetadataKeys.node(node))) {
        return Optional.of(record);
      }
      LOG.warn("the registration {} names another node: {}", entry.key(), node);
    } catch (InvalidProtocolBufferException | IllegalArgumentException e) {
      LOG.warn("the registration {} can't be read: {}", entry.key(), e.getMessage());
    }
    return Optional.empty();
  }

  @Override
  public void close() {
    subscription.close();
  }
}
