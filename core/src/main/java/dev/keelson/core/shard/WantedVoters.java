package dev.keelson.core.shard;

import java.util.HashSet;
import java.util.List;

/**
 * What a shard's voters should become (R12). The controller writes it; the shard's leader pursues
 * it.
 *
 * @param voters at least one, on as many nodes
 * @param reason why, in a sentence, for people
 */
public record WantedVoters(List<ReplicaId> voters, String reason) {
  public WantedVoters {
    voters = List.copyOf(voters);
    long nodes = voters.stream().map(ReplicaId::node).distinct().count();
    if (voters.isEmpty() || nodes < voters.size()) {
      throw new IllegalArgumentException(
          "a shard wants at least one voter and each on another node, not " + voters);
    }
  }

  public boolean equalsVoters(List<ReplicaId> others) {
    return voters.size() == others.size() && new HashSet<>(voters).containsAll(others);
  }
}
