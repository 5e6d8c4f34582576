package dev.keelson.datanode.controller;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.keelson.coordination.MetadataKeys;
import dev.keelson.coordination.MetadataStore.Entry;
import dev.keelson.coordination.MetadataStore.Listing;
import dev.keelson.core.placement.KeyspaceLayout;
import dev.keelson.core.placement.PlacementNode;
import dev.keelson.core.placement.PlacementNode.Presence;
import dev.keelson.core.placement.PlacementView;
import dev.keelson.core.shard.NodeId;
import dev.keelson.core.shard.ShardConfig;
import dev.keelson.proto.internal.v1.CounterRecord;
import dev.keelson.proto.internal.v1.IdentityRecord;
import dev.keelson.proto.internal.v1.KeyspaceRecord;
import dev.keelson.proto.internal.v1.NodeRecord;
import dev.keelson.proto.internal.v1.ShardRecord;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * All that etcd held at one revision, read for placement. A record that can't be read makes the
 * whole unusable: what is not seen would be taken for missing, and be made again or deleted.
 */
final class ClusterState {
  private final ControllerConfig config;
  private final Map<String, Entry> entries = new HashMap<>();
  private final Map<String, NodeRecord> registered = new HashMap<>();
  private final Map<String, IdentityRecord> identities = new HashMap<>();
  private final Set<String> drained = new HashSet<>();
  private final List<KeyspaceLayout> keyspaces = new ArrayList<>();
  private final List<ShardConfig> shards = new ArrayList<>();

  private ClusterState(ControllerConfig config) {
    this.config = config;
  }

  /**
   * @throws UnusableStateException naming the record that can't be read
   */
  static ClusterState read(Listing all, ControllerConfig config) {
    ClusterState state = new ClusterState(config);
    for (Entry entry : all.entries()) {
      try {
        state.take(entry);
      } catch (InvalidProtocolBufferException | IllegalArgumentException e) {
        throw new UnusableStateException(entry.key() + " can't be used: " + e.getMessage(), e);
      }
    }
    return state;
  }

  private void take(Entry entry) throws InvalidProtocolBufferException {
    String key = entry.key();
    entries.put(key, entry);
    if (key.startsWith(MetadataKeys.NODES)) {
      registered.put(
          key.substring(MetadataKeys.NODES.length()), NodeRecord.parseFrom(entry.value()));
    } else if (key.startsWith(MetadataKeys.IDENTITIES)) {
      identities.put(
          key.substring(MetadataKeys.IDENTITIES.length()), IdentityRecord.parseFrom(entry.value()));
    } else if (key.startsWith(MetadataKeys.DRAINS)) {
      drained.add(key.substring(MetadataKeys.DRAINS.length()));
    } else if (key.startsWith(MetadataKeys.KEYSPACES)) {
      keyspaces.add(layout(KeyspaceRecord.parseFrom(entry.value())));
    } else if (key.startsWith(MetadataKeys.SHARDS)) {
      shards.add(ShardConfig.fromRecord(ShardRecord.parseFrom(entry.value()), entry.modRevision()));
    }
  }

  private KeyspaceLayout layout(KeyspaceRecord record) {
    return new KeyspaceLayout(
        record.getId(),
        record.getName(),
        record.getShards() == 0 ? config.shards() : record.getShards(),
        record.getReplicationFactor() == 0
            ? config.replicationFactor()
            : record.getReplicationFactor(),
        Set.copyOf(record.getZonesList()));
  }

  PlacementView view(Absences absences, long now) {
    List<PlacementNode> nodes = new ArrayList<>();
    identities.forEach(
        (name, identity) -> {
          NodeRecord record = registered.get(name);
          nodes.add(
              new PlacementNode(
                  new NodeId(name),
                  absences.zone(name, Optional.ofNullable(record).map(NodeRecord::getZone)),
                  identity.getDiskId(),
                  record != null && record.getLeaving()
                      ? Presence.BRIEFLY_GONE
                      : absences.judge(name, record != null, now),
                  drained.contains(name),
                  record != null && !record.getAilment().isEmpty()));
        });
    return new PlacementView(nodes, keyspaces, shards, config.expectedNodes(), config.moves());
  }

  int registeredNodes() {
    return registered.size();
  }

  boolean hasShards() {
    return !shards.isEmpty();
  }

  /** Whether no keyspace was ever made: a dropped one leaves the counter. */
  boolean isNew() {
    return keyspaces.isEmpty() && revision(MetadataKeys.KEYSPACE_COUNTER) == 0;
  }

  /** The guard of a key; 0 when it is absent. */
  long revision(String key) {
    Entry entry = entries.get(key);
    return entry == null ? 0 : entry.modRevision();
  }

  /** The next number of a counter; the first is 1. */
  long next(String counter) {
    Entry entry = entries.get(counter);
    if (entry == null) {
      return 1;
    }
    try {
      return Math.max(1, CounterRecord.parseFrom(entry.value()).getNext());
    } catch (InvalidProtocolBufferException e) {
      throw new UnusableStateException(counter + " can't be used: " + e.getMessage(), e);
    }
  }
}
