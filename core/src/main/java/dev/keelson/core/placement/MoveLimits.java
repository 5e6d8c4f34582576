package dev.keelson.core.placement;

/**
 * How many shards may have their voters changed at the same time: copying takes disks and networks
 * from those who serve.
 *
 * @param perCluster shards whose voters are not yet what is wanted
 * @param perNode replicas that one node is getting
 */
public record MoveLimits(int perCluster, int perNode) {
  public static final MoveLimits DEFAULTS = new MoveLimits(4, 2);

  public MoveLimits {
    if (perCluster < 1 || perNode < 1) {
      throw new IllegalArgumentException(
          "limits of moves must be positive: " + perCluster + ", " + perNode);
    }
  }
}
