package dev.keelson.client;

import java.util.List;

/**
 * A map of hash ranges with a replication factor, shared by its tables. Immutable.
 *
 * @param shards into how many shards the hash space is cut; 0 means the cluster's default
 * @param replicationFactor 1, 3, 5 or 7; 0 means the cluster's default
 * @param zones the zones that may hold replicas; empty means all
 */
public record KeyspaceDefinition(
    String name, int shards, int replicationFactor, List<String> zones) {

  public KeyspaceDefinition {
    zones = List.copyOf(zones);
  }

  /** A keyspace with the cluster's defaults. */
  public static KeyspaceDefinition named(String name) {
    return new KeyspaceDefinition(name, 0, 0, List.of());
  }

  dev.keelson.proto.v1.KeyspaceDefinition toProto() {
    return dev.keelson.proto.v1.KeyspaceDefinition.newBuilder()
        .setName(name)
        .setShards(shards)
        .setReplicationFactor(replicationFactor)
        .addAllZones(zones)
        .build();
  }

  static KeyspaceDefinition fromProto(dev.keelson.proto.v1.Keyspace keyspace) {
    var definition = keyspace.getDefinition();
    return new KeyspaceDefinition(
        definition.getName(),
        definition.getShards(),
        definition.getReplicationFactor(),
        definition.getZonesList());
  }
}
