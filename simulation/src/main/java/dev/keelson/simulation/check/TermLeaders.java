package dev.keelson.simulation.check;

import dev.keelson.core.replication.Replica;
import dev.keelson.core.shard.NodeId;
import dev.keelson.core.shard.ShardId;
import java.util.HashMap;
import java.util.Map;

/** One leader per term, one process per leadership (R2, R3, R4). */
public final class TermLeaders {
  private final Map<Term, Leader> leaders = new HashMap<>();

  private record Term(ShardId shard, long number) {}

  private record Leader(NodeId node, long boot) {}

  public void see(Replica replica, long boot) {
    if (replica.leadingTerm() == 0) {
      return;
    }
    Term term = new Term(replica.shard(), replica.leadingTerm());
    Leader leader = new Leader(replica.self(), boot);
    Leader known = leaders.putIfAbsent(term, leader);
    if (known != null && !known.equals(leader)) {
      throw new Violation(
          Invariant.ONE_LEADER_PER_TERM, term + " is led by " + known + " and by " + leader);
    }
  }

  /** How many leaderships there were. */
  public int count() {
    return leaders.size();
  }
}
