package dev.keelson.coordination;

import dev.keelson.core.placement.KeyspaceLayout;
import dev.keelson.proto.internal.v1.KeyspaceRecord;
import dev.keelson.proto.v1.KeyspaceDefinition;
import java.util.List;
import java.util.Set;

/**
 * A keyspace: how many shards its hash space is cut into, and how they are copied.
 *
 * @param id never used again after a drop
 * @param zones that may hold replicas; empty means all
 */
public record Keyspace(int id, String name, int shards, int replicationFactor, List<String> zones) {
  public Keyspace {
    zones = List.copyOf(zones);
    if (id < 1 || shards < 1 || replicationFactor < 1 || replicationFactor % 2 == 0) {
      throw new IllegalArgumentException(
          "keyspace %s (%d) is damaged: %d shards, %d replicas"
              .formatted(name, id, shards, replicationFactor));
    }
  }

  static Keyspace fromRecord(KeyspaceRecord record) {
    return new Keyspace(
        record.getId(),
        record.getName(),
        record.getShards(),
        record.getReplicationFactor(),
        record.getZonesList());
  }

  KeyspaceRecord toRecord() {
    return KeyspaceRecord.newBuilder()
        .setId(id)
        .setName(name)
        .setShards(shards)
        .setReplicationFactor(replicationFactor)
        .addAllZones(zones)
        .build();
  }

  /** As clients see it. */
  public dev.keelson.proto.v1.Keyspace toKeyspace() {
    return dev.keelson.proto.v1.Keyspace.newBuilder()
        .setDefinition(
            KeyspaceDefinition.newBuilder()
                .setName(name)
                .setShards(shards)
                .setReplicationFactor(replicationFactor)
                .addAllZones(zones))
        .setId(id)
        .build();
  }

  /** As the placement of replicas sees it. */
  public KeyspaceLayout layout() {
    return new KeyspaceLayout(id, name, shards, replicationFactor, Set.copyOf(zones));
  }
}
