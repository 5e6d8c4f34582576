package dev.keelson.core.placement;

import dev.keelson.core.shard.HashRange;
import dev.keelson.core.shard.NodeId;
import dev.keelson.core.shard.ReplicaId;
import dev.keelson.core.shard.ShardConfig;
import dev.keelson.core.shard.WantedVoters;
import java.util.List;

/**
 * What should change. Each change stands alone: any subset may be carried out, in any order, and
 * the next plan goes on from there.
 *
 * @param findings what hinders a better placement, a sentence each, for people to read
 */
public record PlacementPlan(
    List<NewShard> create,
    List<ShardConfig> delete,
    List<Preference> prefer,
    List<Move> moves,
    List<String> findings) {
  public PlacementPlan {
    create = List.copyOf(create);
    delete = List.copyOf(delete);
    prefer = List.copyOf(prefer);
    moves = List.copyOf(moves);
    findings = List.copyOf(findings);
  }

  public boolean changesNothing() {
    return create.isEmpty() && delete.isEmpty() && prefer.isEmpty() && moves.isEmpty();
  }

  /** A shard to be made; it gets its number from whoever makes it. */
  public record NewShard(
      KeyspaceLayout keyspace, HashRange range, List<ReplicaId> voters, NodeId preferredLeader) {
    public NewShard {
      voters = List.copyOf(voters);
    }
  }

  /** A shard that should have other voters (R12). */
  public record Move(ShardConfig shard, WantedVoters wanted) {}

  /** A shard that should be led by another node than its configuration says. */
  public record Preference(ShardConfig shard, NodeId leader) {}
}
