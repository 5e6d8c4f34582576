package dev.keelson.simulation.check;

import dev.keelson.core.replication.Position;
import dev.keelson.core.replication.Replica;
import dev.keelson.core.shard.NodeId;
import dev.keelson.core.shard.ReplicaId;
import dev.keelson.core.shard.ShardConfig;
import dev.keelson.core.shard.ShardId;
import dev.keelson.proto.internal.v1.NewTermAnswer;
import dev.keelson.proto.internal.v1.PeerMessage;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Who is named, out of whom, and that only who is named leads (R2, R5, R10, R13). */
public final class Elections {
  private final Holder nodes;
  private final Map<Round, Map<NodeId, NewTermAnswer>> answers = new HashMap<>();
  private final Map<Term, NodeId> named = new HashMap<>();

  private record Round(ShardId shard, long term, long nonce) {}

  private record Term(ShardId shard, long number) {}

  public Elections(Holder nodes) {
    this.nodes = nodes;
  }

  public void told(NodeId from, PeerMessage message) {
    if (message.hasNewTermAnswer()) {
      NewTermAnswer answer = message.getNewTermAnswer();
      Round round = new Round(new ShardId(message.getShard()), answer.getTerm(), answer.getNonce());
      answers.computeIfAbsent(round, it -> new HashMap<>()).put(from, answer);
    }
  }

  /** An owner asks for a leader to be named; it has answered itself without a message. */
  public void asked(ShardConfig config) {
    if (config.leader().isPresent() && config.election().isPresent()) {
      NodeId owner = config.election().get().owner();
      Round round = new Round(config.id(), config.term(), config.election().get().nonce());
      Map<NodeId, NewTermAnswer> given = answers.computeIfAbsent(round, it -> new HashMap<>());
      ownAnswer(config, owner).ifPresent(it -> given.putIfAbsent(owner, it));
    }
  }

  /** The record of a shard has changed in the metadata store. */
  public void recorded(ShardConfig config) {
    if (config.leader().isEmpty() || config.election().isEmpty()) {
      return;
    }
    NodeId leader = config.leader().get();
    NodeId known = named.putIfAbsent(new Term(config.id(), config.term()), leader);
    if (known == null) {
      fromMajority(config, leader);
      nobodyElseHoldsALease(config);
    }
  }

  private void fromMajority(ShardConfig config, NodeId leader) {
    Round round = new Round(config.id(), config.term(), config.election().get().nonce());
    Map<NodeId, NewTermAnswer> given = answers.getOrDefault(round, new HashMap<>());
    // An owner answers itself without a message.
    ownAnswer(config, config.election().get().owner())
        .ifPresent(it -> given.putIfAbsent(config.election().get().owner(), it));
    NewTermAnswer best = given.get(leader);
    boolean enough =
        best != null
            && isEnough(config.voters(), given, best)
            && (config.previousVoters().isEmpty()
                || isEnough(config.previousVoters(), given, best));
    if (!enough) {
      throw new Violation(
          Invariant.BEST_OF_MAJORITY, leader + " was named in " + config + " from " + given);
    }
  }

  private Optional<NewTermAnswer> ownAnswer(ShardConfig config, NodeId owner) {
    return config.replicas().stream()
        .filter(it -> it.node().equals(owner))
        .findFirst()
        .flatMap(it -> nodes.durable(it, config.id()))
        .filter(it -> it.state().term() == config.term() && !it.state().suspended())
        .map(
            it ->
                NewTermAnswer.newBuilder()
                    .setHead(it.last().toProto())
                    .setStorageId(it.state().storage())
                    .setDoubtful(it.state().doubtful())
                    .build());
  }

  private static boolean isEnough(
      List<ReplicaId> voters, Map<NodeId, NewTermAnswer> given, NewTermAnswer best) {
    List<NewTermAnswer> counted =
        voters.stream()
            .filter(it -> given.containsKey(it.node()))
            .map(it -> given.getOrDefault(it.node(), best))
            .filter(it -> voters.stream().anyMatch(v -> v.storage().equals(it.getStorageId())))
            .toList();
    long behind = counted.stream().filter(it -> !isBetter(it, best)).count();
    long certainBehind =
        counted.stream().filter(it -> !it.getDoubtful() && !isBetter(it, best)).count();
    return certainBehind > voters.size() / 2 || behind == voters.size();
  }

  private static boolean isBetter(NewTermAnswer one, NewTermAnswer other) {
    return Position.fromProto(one.getHead()).compareTo(Position.fromProto(other.getHead())) > 0;
  }

  /** A majority was fenced, so every older lease has run out, on every clock. */
  private void nobodyElseHoldsALease(ShardConfig config) {
    nodes.eachReplica(
        config.id(),
        (node, replica, now) -> {
          boolean older = replica.leadingTerm() > 0 && replica.leadingTerm() < config.term();
          if (older && replica.isServing() && replica.holdsLease(now)) {
            throw new Violation(
                Invariant.ONE_LEASE,
                node
                    + " holds the lease of term "
                    + replica.leadingTerm()
                    + " when the leader of term "
                    + config.term()
                    + " is named");
          }
        });
  }

  /** After a turn. */
  public void turned(Replica replica) {
    if (replica.leadingTerm() > 0) {
      NodeId leader = named.get(new Term(replica.shard(), replica.leadingTerm()));
      if (!replica.self().equals(leader)) {
        throw new Violation(
            Invariant.NAMED_LEADER,
            replica.self()
                + " leads "
                + replica.shard()
                + " in term "
                + replica.leadingTerm()
                + " but named is "
                + leader);
      }
    }
  }
}
