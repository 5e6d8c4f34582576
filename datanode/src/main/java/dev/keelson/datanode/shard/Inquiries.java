package dev.keelson.datanode.shard;

import dev.keelson.core.replication.Certificates;
import dev.keelson.core.replication.Position;
import dev.keelson.core.shard.NodeId;
import dev.keelson.core.shard.ShardId;
import dev.keelson.proto.internal.v1.CertificateAnswer;
import dev.keelson.proto.internal.v1.CertificateQuestion;
import dev.keelson.proto.internal.v1.PeerMessage;
import java.util.Map;
import java.util.Optional;

/**
 * Asks leaders on other nodes for certificates of the shards whose followers here need them, and
 * answers such questions (R11). Of the loop's thread.
 */
final class Inquiries {
  private final Map<ShardId, HostedShard> shards;
  private final Peers peers;
  private final LoopExecutor clock;
  private final LoopEvents events;
  private final Certificates certificates;

  /** Something may have to be asked; most turns have nothing of the kind. */
  private boolean wanted;

  Inquiries(
      LoopSettings settings,
      Map<ShardId, HostedShard> shards,
      Peers peers,
      LoopExecutor clock,
      LoopEvents events) {
    this.shards = shards;
    this.peers = peers;
    this.clock = clock;
    this.events = events;
    certificates = new Certificates(settings.boot(), settings.replication());
  }

  void restart(NodeId peer) {
    certificates.restart(peer);
  }

  /** A read of the shard here waits for a certificate; it is asked for at the end of the turn. */
  void want(NodeId leader, ShardId shard) {
    certificates.want(leader, shard, clock.nanoTime());
    wanted = true;
  }

  void ask() {
    if (!wanted) {
      return;
    }
    for (NodeId peer : certificates.peers()) {
      certificates.ask(peer, clock.nanoTime()).ifPresent(it -> send(peer, it));
    }
    wanted = !certificates.peers().isEmpty();
  }

  private void send(NodeId peer, CertificateQuestion question) {
    events.certificatesAsked(question.getShardsCount());
    peers.send(peer, PeerMessage.newBuilder().setCertificateQuestion(question).build());
  }

  /** Whether the message is a question or an answer of the pair, and thus done with. */
  boolean handles(NodeId from, PeerMessage message) {
    if (message.hasCertificateQuestion()) {
      CertificateAnswer answer =
          Certificates.answer(message.getCertificateQuestion(), this::certify);
      peers.send(from, PeerMessage.newBuilder().setCertificateAnswer(answer).build());
      return true;
    }
    if (message.hasCertificateAnswer()) {
      certificates.receive(from, message.getCertificateAnswer(), new Waiting());
      return true;
    }
    return false;
  }

  private Optional<Position> certify(ShardId id) {
    return hosted(id).flatMap(it -> it.reads().certify());
  }

  private Optional<HostedShard> hosted(ShardId id) {
    return Optional.ofNullable(shards.get(id)).filter(it -> !it.isStopped());
  }

  /** The reads that wait here. */
  private final class Waiting implements Certificates.Followers {
    @Override
    public void certified(ShardId shard, long askedAt, Position committed) {
      hosted(shard).ifPresent(it -> it.reads().certified(askedAt, committed));
    }

    @Override
    public void notCertified(ShardId shard) {
      hosted(shard).ifPresent(it -> it.reads().notCertified());
    }
  }
}
