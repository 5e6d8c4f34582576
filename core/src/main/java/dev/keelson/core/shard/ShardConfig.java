package dev.keelson.core.shard;

import dev.keelson.proto.internal.v1.ElectionRecord;
import dev.keelson.proto.internal.v1.ReplicaRecord;
import dev.keelson.proto.internal.v1.ShardRecord;
import dev.keelson.proto.internal.v1.WantedRecord;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What etcd says of a shard, as it was at one revision.
 *
 * @param revision etcd's mod revision of the record: the guard of the next change (R1); 0 while it
 *     is not stored
 * @param leader absent while the term's election has named none
 * @param previousVoters not empty while the voters are changing (R12)
 * @param learners follow the log without a vote, to become voters
 * @param preferredLeader who should lead when all is well; advice by the controller
 * @param wanted what the voters should become; absent while nobody has said
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
    Optional<WantedVoters> wanted,
    long revision) {

  public ShardConfig {
    voters = List.copyOf(voters);
    previousVoters = List.copyOf(previousVoters);
    learners = List.copyOf(learners);
    if (term < 0) {
      throw new IllegalArgumentException("term must not be negative: " + term);
    }
  }

  /** Of a shard whose voters nobody wants to change. */
  public ShardConfig(
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
    this(
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
        Optional.empty(),
        revision);
  }

  /**
   * The next term with an election that {@code owner} runs; its revision is the one to compare
   * with.
   */
  public ShardConfig withElection(Election owner) {
    return elected(owner, voters, previousVoters, learners);
  }

  /** The next term, in which the voters change (R12); the next change waits until this is done. */
  public ShardConfig withChange(Election owner, List<ReplicaId> next) {
    if (isChanging()) {
      throw new IllegalStateException(id + ": a change from " + previousVoters + " is under way");
    }
    return elected(owner, next, voters, without(learners, next));
  }

  /**
   * The next term, in which the voters are again what they were (R12). Those that were to join go
   * on as learners: they have data, and will be wanted again.
   */
  public ShardConfig withUndoneChange(Election owner) {
    if (!isChanging()) {
      throw new IllegalStateException(id + ": no change is under way");
    }
    return elected(
        owner,
        previousVoters,
        List.of(),
        Stream.concat(without(voters, previousVoters).stream(), learners.stream()).toList());
  }

  private ShardConfig elected(
      Election owner, List<ReplicaId> next, List<ReplicaId> previous, List<ReplicaId> learning) {
    return new ShardConfig(
        id,
        keyspaceId,
        range,
        term + 1,
        Optional.of(owner),
        Optional.empty(),
        next,
        previous,
        learning,
        preferredLeader,
        wanted,
        revision);
  }

  /**
   * With a term that no replica knows of: an etcd that was set back would give {@code durable} a
   * second time (R14). Nobody owns an election of that term, so any voter may begin the next one at
   * once. The same when the term is above it already.
   */
  public ShardConfig withTermAbove(long durable) {
    return term > durable
        ? this
        : new ShardConfig(
            id,
            keyspaceId,
            range,
            durable + 1,
            Optional.empty(),
            Optional.empty(),
            voters,
            previousVoters,
            learners,
            preferredLeader,
            wanted,
            revision);
  }

  /**
   * The next term with one voter, after a majority was lost for good (R13). Nobody owns an election
   * of that term, so the survivor begins the next one; the others that are left follow, and are
   * wanted.
   */
  public ShardConfig withSurvivor(ReplicaId survivor, List<ReplicaId> left, String reason) {
    List<ReplicaId> wish =
        left.stream()
            .filter(it -> it.equals(survivor) || !it.node().equals(survivor.node()))
            .toList();
    return new ShardConfig(
        id,
        keyspaceId,
        range,
        term + 1,
        Optional.empty(),
        Optional.empty(),
        List.of(survivor),
        List.of(),
        without(wish, List.of(survivor)),
        Optional.of(survivor.node()),
        Optional.of(new WantedVoters(wish, reason)),
        revision);
  }

  public ShardConfig withLeader(NodeId named) {
    return copy(Optional.of(named), previousVoters, learners, wanted, revision);
  }

  public ShardConfig withRevision(long stored) {
    return copy(leader, previousVoters, learners, wanted, stored);
  }

  public ShardConfig withLearners(List<ReplicaId> next) {
    return copy(leader, previousVoters, next, wanted, revision);
  }

  /** The change is done: the voters alone decide (R12). */
  public ShardConfig withoutPreviousVoters() {
    return copy(leader, List.of(), learners, wanted, revision);
  }

  /**
   * Not while a change is under way: were it undone, the wish could name a replica beside another
   * one on the same disk.
   */
  public ShardConfig withWanted(WantedVoters next) {
    if (isChanging()) {
      throw new IllegalStateException(id + ": a change from " + previousVoters + " is under way");
    }
    return copy(leader, previousVoters, learners, Optional.of(next), revision);
  }

  private ShardConfig copy(
      Optional<NodeId> nextLeader,
      List<ReplicaId> nextPrevious,
      List<ReplicaId> nextLearners,
      Optional<WantedVoters> nextWanted,
      long nextRevision) {
    return new ShardConfig(
        id,
        keyspaceId,
        range,
        term,
        election,
        nextLeader,
        voters,
        nextPrevious,
        nextLearners,
        preferredLeader,
        nextWanted,
        nextRevision);
  }

  /** Those of {@code all} that are not among {@code others}. */
  private static List<ReplicaId> without(List<ReplicaId> all, List<ReplicaId> others) {
    return all.stream().filter(it -> !others.contains(it)).toList();
  }

  /** The voters of two sets decide until the change is committed (R12). */
  public boolean isChanging() {
    return !previousVoters.isEmpty();
  }

  /** Whether the voters are, and alone, what they should be. */
  public boolean isAsWanted() {
    return !isChanging() && wanted.filter(it -> !it.equalsVoters(voters)).isEmpty();
  }

  public boolean isVoter(ReplicaId replica) {
    return voters.contains(replica) || previousVoters.contains(replica);
  }

  /** All that hold or should hold the shard's rows: voters, leaving voters and learners. */
  public List<ReplicaId> replicas() {
    return Stream.of(voters, previousVoters, learners).flatMap(List::stream).distinct().toList();
  }

  /** Whether anything of it is, was until now, or is to be on {@code node}. */
  public boolean names(NodeId node) {
    return Stream.concat(
            replicas().stream(), wanted.stream().flatMap(wish -> wish.voters().stream()))
        .anyMatch(replica -> replica.node().equals(node));
  }

  /**
   * A replica on {@code node}; while one of a lost disk is being replaced, there are two, and this
   * is the one that has or had a vote.
   */
  public Optional<ReplicaId> replicaOn(NodeId node) {
    return replicas().stream().filter(replica -> replica.node().equals(node)).findFirst();
  }

  /** The replica on a disk; there is one at most. */
  public Optional<ReplicaId> replicaOn(NodeId node, String disk) {
    return replicas().stream().filter(replica -> replica.liesOn(node, disk)).findFirst();
  }

  /**
   * The replica that is meant when one on {@code node} is wanted: the one that is there and stays,
   * or one that never was (R12). To be asked while no change is under way.
   */
  public ReplicaId candidate(NodeId node, String disk) {
    return Stream.of(voters, learners, wanted.map(WantedVoters::voters).orElse(List.of()))
        .flatMap(List::stream)
        .filter(replica -> replica.liesOn(node, disk))
        .findFirst()
        .orElseGet(() -> ReplicaId.incarnation(node, disk, revision));
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
    wanted.ifPresent(it -> record.setWanted(toRecord(it)));
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
        replicas(record.getVotersList()),
        replicas(record.getPreviousVotersList()),
        replicas(record.getLearnersList()),
        nodeIfNamed(record.getPreferredLeader()),
        record.hasWanted() ? Optional.of(fromRecord(record.getWanted())) : Optional.empty(),
        revision);
  }

  private static List<ReplicaId> replicas(List<ReplicaRecord> records) {
    return records.stream().map(ShardConfig::fromRecord).toList();
  }

  private static Optional<NodeId> nodeIfNamed(String name) {
    return name.isEmpty() ? Optional.empty() : Optional.of(new NodeId(name));
  }

  private static WantedRecord toRecord(WantedVoters wanted) {
    WantedRecord.Builder record = WantedRecord.newBuilder().setReason(wanted.reason());
    wanted.voters().forEach(it -> record.addVoters(toRecord(it)));
    return record.build();
  }

  private static WantedVoters fromRecord(WantedRecord record) {
    return new WantedVoters(replicas(record.getVotersList()), record.getReason());
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
