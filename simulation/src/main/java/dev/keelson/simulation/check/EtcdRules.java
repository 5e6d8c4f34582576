package dev.keelson.simulation.check;

import dev.keelson.core.shard.NodeId;
import dev.keelson.core.shard.ReplicaId;
import dev.keelson.core.shard.ShardId;
import dev.keelson.proto.internal.v1.PeerMessage;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * What follows, and does not, from a metadata store that was set back (R14): who is alarmed asks
 * for nothing, an election goes on only by answers of the store that its owner knows, and nobody
 * answers two owners of one term.
 */
public final class EtcdRules {
  private final Set<Step> wrong = new HashSet<>();
  private final Map<Vote, Long> owners = new HashMap<>();
  private boolean setBack;
  private boolean adopted;

  /** A claim, or the naming of a leader, by a node. */
  private record Step(NodeId owner, ShardId shard, long term, boolean naming) {}

  private record Vote(ReplicaId voter, ShardId shard, long term) {}

  public void setBack() {
    setBack = true;
  }

  public void adopted() {
    adopted = true;
  }

  /** A node no longer trusts the store. */
  public void alarmed(NodeId node, String why) {
    if (!setBack || adopted) {
      throw new Violation(
          Invariant.NO_FALSE_ALARM,
          node + ": alarm although the metadata store is the one it was: " + why);
    }
  }

  /** A node asks the store to change the record of a shard. */
  public void asked(NodeId node, boolean isAlarmed) {
    if (isAlarmed) {
      throw new Violation(
          Invariant.WRONG_ETCD_IS_NOT_OBEYED, node + " changes a shard although it is alarmed");
    }
  }

  /** A store carried out a step that can't be the one its owner knows. */
  public void doneByAnother(NodeId owner, ShardId shard, long term, boolean naming) {
    wrong.add(new Step(owner, shard, term, naming));
  }

  public void sent(NodeId from, PeerMessage message) {
    ShardId shard = new ShardId(message.getShard());
    if (message.hasNewTerm()) {
      follows(new Step(from, shard, message.getNewTerm().getTerm(), false), message);
    } else if (message.hasBecomeLeader()) {
      follows(new Step(from, shard, message.getBecomeLeader().getTerm(), true), message);
    }
  }

  private void follows(Step step, PeerMessage message) {
    if (wrong.contains(step)) {
      throw new Violation(
          Invariant.WRONG_ETCD_IS_NOT_OBEYED,
          step + " was carried out by another store, and yet it says " + message);
    }
  }

  /** A replica answers the owner of an election. */
  public void answered(ReplicaId voter, ShardId shard, long term, long nonce) {
    Long known = owners.putIfAbsent(new Vote(voter, shard, term), nonce);
    if (known != null && known != nonce) {
      throw new Violation(
          Invariant.WRONG_ETCD_IS_NOT_OBEYED,
          voter + " answers two owners of term " + term + " of " + shard);
    }
  }

  /** Whether a question comes from another owner than the one that was answered. */
  public boolean isSecondOwner(ReplicaId voter, ShardId shard, long term, long nonce) {
    long known = owners.getOrDefault(new Vote(voter, shard, term), nonce);
    return known != nonce;
  }
}
