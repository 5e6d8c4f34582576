package dev.keelson.core.placement;

import dev.keelson.core.shard.ShardConfig;
import java.util.List;

/**
 * What etcd held at one revision. Shards of a keyspace that is not among {@code keyspaces} are
 * taken for leftovers of a dropped one, so the lists must be of the same revision.
 *
 * @param expectedNodes the first shards wait until this many nodes are registered, so that nodes
 *     that start a little later get their share
 */
public record PlacementView(
    List<PlacementNode> nodes,
    List<KeyspaceLayout> keyspaces,
    List<ShardConfig> shards,
    int expectedNodes,
    MoveLimits limits) {
  public PlacementView {
    nodes = List.copyOf(nodes);
    keyspaces = List.copyOf(keyspaces);
    shards = List.copyOf(shards);
  }

  public PlacementView(
      List<PlacementNode> nodes,
      List<KeyspaceLayout> keyspaces,
      List<ShardConfig> shards,
      int expectedNodes) {
    this(nodes, keyspaces, shards, expectedNodes, MoveLimits.DEFAULTS);
  }
}
