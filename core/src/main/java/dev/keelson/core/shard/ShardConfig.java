package dev.keelson.core.shard;

import dev.keelson.proto.internal.v1.ElectionRecord;
import dev.keelson.proto.internal.v1.ReplicaRecord;
import dev.keelson.proto.internal.v1.ShardRecord;
import java.util.List;
import java.util.Optional;

/**
 * What etcd says of a shard, as it was at one revision.
 *
 * @param revision etcd's mod revision of the record: the guard of the next change (R1); 0 while it
 *     is not stored
 * @param leader absent while the term's election has named none
 * @param previousVoters not empty while the voters are changing (R12)
 * @param preferredLeader who should lead when all is well; advice by the controller
 */
public record ShardConfig(
    ShardId id,
    int keyspaceId,
    HashRange range,
    long term,
    Optional<Election> election,
    Optional<NodeId> leader,
    List<ReplicaId> voters,
    List<ReplicaId> previousVoters,
    List<ReplicaId> learners,
    Optional<NodeId> preferredLeader,
    long revision) {

  public ShardConfig {
    voters = List.copyOf(voters);
    previousVoters = List.copyOf(previousVoters);
    learners = List.copyOf(learners);
    if (term < 0) {
      throw new IllegalArgumentException("term must not be negative: " + term);
    }
  }

  /**
   * The next term with an election that {@code owner} runs; its revision is the one to compare
   * with.
   */
  public ShardConfig withElection(Election owner) {
    return new ShardConfig(
        id,
        keyspaceId,
        range,
        term + 1,
        Optional.of(owner),
        Optional.empty(),
        voters,
        previousVoters,
        learners,
        preferredLeader,
        revision);
  }

  public ShardConfig withLeader(NodeId named) {
    return new ShardConfig(
        id,
        keyspaceId,
        range,
        term,
        election,
        Optional.of(named),
        voters,
        previousVoters,
        learners,
        preferredLeader,
        revision);
  }

  public ShardConfig withRevision(long stored) {
    return new ShardConfig(
        id,
        keyspaceId,
        range,
        term,
        election,
        leader,
        voters,
        previousVoters,
        learners,
        preferredLeader,
        stored);
  }

  public boolean isVoter(ReplicaId replica) {
    return voters.contains(replica) || previousVoters.contains(replica);
  }

  /**
   * All that hold or should hold the shard's rows on {@code node}: voters, leaving voters and
   * learners.
   */
  public Optional<ReplicaId> replicaOn(NodeId node) {
    return java.util.stream.Stream.of(voters, previousVoters, learners)
        .flatMap(List::stream)
        .filter(replica -> replica.node().equals(node))
        .findFirst();
  }

  public ShardRecord toRecord() {
    ShardRecord.Builder record =
        ShardRecord.newBuilder()
            .setId(id.number())
            .setKeyspaceId(keyspaceId)
            .setRangeStart(range.start())
            .setRangeEnd(range.end())
            .setTerm(term)
            .setLeader(leader.map(NodeId::name).orElse(""))
            .setPreferredLeader(preferredLeader.map(NodeId::name).orElse(""));
    election.ifPresent(
        it ->
            record.setElection(
                ElectionRecord.newBuilder()
                    .setOwner(it.owner().name())
                    .setBoot(it.boot())
                    .setNonce(it.nonce())));
    voters.forEach(it -> record.addVoters(toRecord(it)));
    previousVoters.forEach(it -> record.addPreviousVoters(toRecord(it)));
    learners.forEach(it -> record.addLearners(toRecord(it)));
    return record.build();
  }

  public static ShardConfig fromRecord(ShardRecord record, long revision) {
    return new ShardConfig(
        new ShardId(record.getId()),
        record.getKeyspaceId(),
        new HashRange(record.getRangeStart(), record.getRangeEnd()),
        record.getTerm(),
        record.hasElection()
            ? Optional.of(
                new Election(
                    new NodeId(record.getElection().getOwner()),
                    record.getElection().getBoot(),
                    record.getElection().getNonce()))
            : Optional.empty(),
        nodeIfNamed(record.getLeader()),
        record.getVotersList().stream().map(ShardConfig::fromRecord).toList(),
        record.getPreviousVotersList().stream().map(ShardConfig::fromRecord).toList(),
        record.getLearnersList().stream().map(ShardConfig::fromRecord).toList(),
        nodeIfNamed(record.getPreferredLeader()),
        revision);
  }

  private static Optional<NodeId> nodeIfNamed(String name) {
    return name.isEmpty() ? Optional.empty() : Optional.of(new NodeId(name));
  }

  private static ReplicaRecord toRecord(ReplicaId replica) {
    return ReplicaRecord.newBuilder()
        .setNode(replica.node().name())
        .setStorageId(replica.storage())
        .build();
  }

  private static ReplicaId fromRecord(ReplicaRecord record) {
    return new ReplicaId(new NodeId(record.getNode()), record.getStorageId());
  }
}
