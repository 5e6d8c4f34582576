package dev.keelson.simulation.cluster;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.keelson.coordination.MetadataStore.Change;
import dev.keelson.coordination.MetadataStore.Swap;
import dev.keelson.core.shard.Election;
import dev.keelson.core.shard.NodeId;
import dev.keelson.core.shard.ReplicaId;
import dev.keelson.core.shard.ShardConfig;
import dev.keelson.core.shard.ShardId;
import dev.keelson.proto.internal.v1.Certificate;
import dev.keelson.proto.internal.v1.CertificateAnswer;
import dev.keelson.proto.internal.v1.HeartbeatAck;
import dev.keelson.proto.internal.v1.NewTerm;
import dev.keelson.proto.internal.v1.NewTermAnswer;
import dev.keelson.proto.internal.v1.PeerMessage;
import dev.keelson.proto.internal.v1.ShardRecord;
import dev.keelson.simulation.check.Coverage.Event;
import dev.keelson.simulation.check.Invariant;
import dev.keelson.simulation.check.Violation;
import dev.keelson.simulation.world.Ambush.Moment;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Looks at all that nodes say to one another and to the metadata store. */
final class Messages {
  private final Cluster cluster;
  private final Map<Fence, Long> fencesSince = new HashMap<>();
  private final Set<Fence> released = new HashSet<>();
  private final Map<ShardId, ShardConfig> records = new HashMap<>();

  /** A node that is asked to be fenced. */
  private record Fence(NodeId node, ShardId shard, long term) {}

  Messages(Cluster cluster) {
    this.cluster = cluster;
  }

  void sent(SimulatedNode from, NodeId to, PeerMessage message) {
    cluster.durability().told(from.replica(new ShardId(message.getShard())), to, message);
    cluster.elections().told(from.id(), message);
    cluster.etcdRules().sent(from.id(), message);
    ShardId shard = new ShardId(message.getShard());
    switch (message.getBodyCase()) {
      case APPEND -> {
        if (message.getAppend().getEntriesCount() > 0) {
          cluster.moment(Moment.APPEND_SENT, from.id(), to);
        }
      }
      case APPEND_ACK -> cluster.moment(Moment.ACK_SENT, from.id(), to);
      case NEW_TERM -> cluster.moment(Moment.FENCE_ASKED, from.id(), to);
      case NEW_TERM_ANSWER -> {
        NewTermAnswer answer = message.getNewTermAnswer();
        ReplicaId voter = new ReplicaId(from.id(), answer.getStorageId());
        cluster.etcdRules().answered(voter, shard, answer.getTerm(), answer.getNonce());
        answered(new Fence(from.id(), shard, message.getNewTermAnswer().getTerm()));
        cluster.moment(Moment.FENCE_ANSWERED, from.id(), to);
      }
      case BECOME_LEADER_ANSWER ->
          saw(!message.getBecomeLeaderAnswer().getAccepted(), Event.BECOME_LEADER_REFUSED);
      case HEARTBEAT -> cluster.durability().beats(from.id(), to, message.getHeartbeat());
      case HEARTBEAT_ACK -> promised(from, to, message.getHeartbeatAck());
      case CERTIFICATE_ANSWER -> certified(from, message.getCertificateAnswer());
      default -> {}
    }
  }

  /** Whoever holds the lease has committed all that anybody may have applied (R11). */
  private void certified(SimulatedNode from, CertificateAnswer answer) {
    for (Certificate given : answer.getCertificatesList()) {
      long applied = cluster.committed().last(new ShardId(given.getShard()));
      if (given.getCommitted().getIndex() < applied) {
        throw new Violation(
            Invariant.CERTIFIED_IS_ALL,
            "%s certifies %d of shard %d, but somebody has applied %d"
                .formatted(from.id(), given.getCommitted().getIndex(), given.getShard(), applied));
      }
    }
  }

  private void promised(SimulatedNode from, NodeId to, HeartbeatAck ack) {
    cluster.durability().promised(from.id(), from::replica, to, ack);
    if (!ack.getSetUnknown() && ack.getExceptionsCount() == 0) {
      from.promised();
      cluster.moment(Moment.PROMISED, from.id(), to);
    }
  }

  private void saw(boolean happened, Event event) {
    if (happened) {
      cluster.coverage().saw(event);
    }
  }

  void arrives(SimulatedNode to, NodeId from, PeerMessage message) {
    ShardId shard = new ShardId(message.getShard());
    switch (message.getBodyCase()) {
      case NEW_TERM -> asked(to, shard, message.getNewTerm());
      case BECOME_LEADER -> cluster.moment(Moment.LEADER_TOLD, to.id(), from);
      case HEARTBEAT, HEARTBEAT_ACK -> to.peerSaw(from, cluster.node(from).etcdSeen());
      case APPEND ->
          saw(message.getAppend().getTerm() < to.term(shard), Event.APPEND_OF_AN_OLDER_TERM);
      case CERTIFICATE_QUESTION ->
          message.getCertificateQuestion().getShardsList().stream()
              .filter(it -> servesWithoutLease(to, new ShardId(it)))
              .forEach(it -> saw(true, Event.LEADER_WITHOUT_LEASE_ASKED_FOR_A_CERTIFICATE));
      case CERTIFICATE_ANSWER ->
          message
              .getCertificateAnswer()
              .getCertificatesList()
              .forEach(
                  it ->
                      saw(
                          it.getCommitted().getIndex() > to.applied(new ShardId(it.getShard())),
                          Event.CERTIFICATE_AHEAD_OF_ROWS));
      default -> {}
    }
  }

  private static boolean servesWithoutLease(SimulatedNode node, ShardId shard) {
    boolean[] found = new boolean[1];
    node.shards()
        .ifPresent(
            it ->
                it.inspect(
                    replica ->
                        found[0] |=
                            replica.shard().equals(shard)
                                && replica.isServing()
                                && !replica.holdsLease(node.nanoTime().orElseThrow())));
    return found[0];
  }

  private void asked(SimulatedNode to, ShardId shard, NewTerm request) {
    Fence fence = new Fence(to.id(), shard, request.getTerm());
    saw(
        cluster
            .etcdRules()
            .isSecondOwner(to.replica(shard), shard, request.getTerm(), request.getNonce()),
        Event.SECOND_OWNER_OF_A_TERM);
    if (request.getReleasedTerm() > 0) {
      saw(released.add(fence), Event.HAND_OVER);
    }
    if (to.hasPromised()) {
      fencesSince.putIfAbsent(fence, cluster.time().now());
    }
  }

  private void answered(Fence fence) {
    Long since = fencesSince.remove(fence);
    if (since != null) {
      boolean waited = cluster.time().now() - since > cluster.shape().leaseNanos() / 4;
      saw(waited, Event.FENCE_THAT_WAITED_FOR_A_PROMISE);
      saw(!waited && released.contains(fence), Event.FENCE_RELEASED_BY_ITS_HOLDER);
    }
  }

  /** The record of a shard changed. */
  void recorded(ShardConfig config) {
    ShardConfig before = records.put(config.id(), config);
    if (before == null) {
      return;
    }
    if (config.term() > before.term() && config.election().isPresent()) {
      claimed(before, config);
    } else if (config.leader().isPresent() && before.leader().isEmpty()) {
      cluster.moment(
          Moment.LEADER_NAMED,
          config.leader().get(),
          config.election().map(Election::owner).orElse(config.leader().get()));
    }
  }

  private void claimed(ShardConfig before, ShardConfig config) {
    Optional<Election> hung = before.leader().isEmpty() ? before.election() : Optional.empty();
    NodeId owner = config.election().map(Election::owner).orElseThrow();
    hung.ifPresent(
        it -> {
          SimulatedNode last = cluster.node(it.owner());
          saw(!last.isUp() || last.boot() != it.boot(), Event.ELECTION_WHOSE_OWNER_DIED);
          saw(!it.owner().equals(owner), Event.FENCE_OF_TWO_OWNERS);
        });
    cluster.moment(Moment.ELECTION_CLAIMED, owner, before.leader().orElse(owner));
  }

  /** A swap took place, and nobody will say so to who asked for it. */
  void answerLost(Swap swap) {
    for (Change change : swap.changes()) {
      if (change instanceof Change.Put put) {
        try {
          boolean claim = ShardRecord.parseFrom(put.value()).getLeader().isEmpty();
          cluster
              .coverage()
              .saw(claim ? Event.LOST_ANSWER_TO_A_CLAIM : Event.LOST_ANSWER_TO_A_NAMING);
        } catch (InvalidProtocolBufferException e) {
          throw new IllegalStateException("a record that nobody can read: " + put.key(), e);
        }
      }
    }
  }
}
