package dev.keelson.simulation.check;

import dev.keelson.core.replication.Replica;
import dev.keelson.core.shard.ReplicaId;
import dev.keelson.core.shard.ShardId;
import java.util.HashSet;
import java.util.Set;

/** A replica that has retired takes part in nothing any more (R12). */
public final class Retirements {
  private final Set<Retired> retired = new HashSet<>();

  private record Retired(ShardId shard, String storage) {}

  public void see(Replica replica) {
    Retired key = new Retired(replica.shard(), replica.state().storage());
    if (replica.state().retired()) {
      retired.add(key);
    } else if (retired.contains(key)) {
      throw new Violation(Invariant.VOTERS_CHANGE_IN_STEPS, key + " had retired and is back");
    }
    if (replica.state().retired() && replica.leadingTerm() > 0) {
      throw new Violation(
          Invariant.VOTERS_CHANGE_IN_STEPS, key + " leads term " + replica.leadingTerm());
    }
  }

  /** An answer to a fence, which is a vote. */
  public void seeVote(ReplicaId voter, ShardId shard) {
    if (retired.contains(new Retired(shard, voter.storage()))) {
      throw new Violation(
          Invariant.VOTERS_CHANGE_IN_STEPS, voter + " has retired and votes in " + shard);
    }
  }

  public int count() {
    return retired.size();
  }
}
