package dev.keelson.core.placement;

import java.util.Set;

/**
 * How a keyspace is cut and copied.
 *
 * @param zones where its replicas may lie; empty means anywhere
 */
public record KeyspaceLayout(
    int id, String name, int shards, int replicationFactor, Set<String> zones) {
  public KeyspaceLayout {
    zones = Set.copyOf(zones);
    if (shards < 1 || replicationFactor < 1 || replicationFactor % 2 == 0) {
      throw new IllegalArgumentException(
          "keyspace "
              + name
              + " needs shards and an odd replication factor, not "
              + shards
              + " and "
              + replicationFactor);
    }
  }

  boolean mayLieIn(String zone) {
    return zones.isEmpty() || zones.contains(zone);
  }
}
