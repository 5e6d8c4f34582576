package dev.keelson.embedded;

import dev.keelson.runtime.config.Address;
import java.nio.file.Path;

/**
 * What cluster to start.
 *
 * @param nodes data nodes, named n1, n2, …
 * @param zones that the nodes are spread over in turn, named zone-1, zone-2, …
 * @param directory kept between runs
 * @param listen where clients connect; port 0 takes a free one
 * @param shards of the default keyspace
 */
public record EmbeddedConfig(int nodes, int zones, Path directory, Address listen, int shards) {
  private static final int MOST_NODES = 15;

  public EmbeddedConfig {
    check(nodes >= 1 && nodes <= MOST_NODES, "nodes must be from 1 to " + MOST_NODES, nodes);
    check(zones >= 1 && zones <= nodes, "zones must be from 1 to the number of nodes", zones);
    check(shards >= 1 && shards <= 1_024, "shards must be from 1 to 1024", shards);
  }

  /** Three nodes in three zones, on a free port. */
  public static EmbeddedConfig in(Path directory) {
    return new EmbeddedConfig(3, 3, directory, new Address("127.0.0.1", 0), 12);
  }

  /** The same with other numbers of nodes and zones. */
  public EmbeddedConfig withNodes(int otherNodes, int otherZones) {
    return new EmbeddedConfig(otherNodes, otherZones, directory, listen, shards);
  }

  /** The same in another directory. */
  EmbeddedConfig withDirectory(Path other) {
    return new EmbeddedConfig(nodes, zones, other, listen, shards);
  }

  /** The same at another address. */
  public EmbeddedConfig withListen(Address address) {
    return new EmbeddedConfig(nodes, zones, directory, address, shards);
  }

  /** Three copies where there are so many nodes, else one. */
  int replicationFactor() {
    return nodes >= 3 ? 3 : 1;
  }

  private static void check(boolean holds, String rule, int value) {
    if (!holds) {
      throw new IllegalArgumentException(rule + ", not " + value);
    }
  }
}
