package dev.keelson.core.replication;

import dev.keelson.core.shard.NodeId;
import dev.keelson.core.shard.ShardId;
import dev.keelson.proto.internal.v1.Certificate;
import dev.keelson.proto.internal.v1.CertificateAnswer;
import dev.keelson.proto.internal.v1.CertificateQuestion;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Certificates of one loop's followers from the other nodes' leaders (R11). Asked for only when a
 * read waits for one, and per pair of nodes: one question is under way at a time, and what is
 * wanted meanwhile goes with the next, so that however many shards are read, and however often, a
 * pair of nodes exchanges no more than a message each in a round trip. One thread at a time.
 *
 * <pre>
 *   follower ── boot, round, shards ──► leader: takes what it has committed, then checks the lease
 *            ◄── boot, round, certificates ──   follower: dates them by when it asked
 * </pre>
 */
public final class Certificates {
  private final long boot;
  private final long patience;
  private final Map<NodeId, Asking> peers = new HashMap<>();

  /** Asks the local replica of a shard, should it lead. */
  public interface Leaders {
    /** All that is committed; empty unless the lease holds when that has been taken. */
    Optional<Position> certify(ShardId shard);
  }

  /** Learns what became of a question. */
  public interface Followers {
    void certified(ShardId shard, long askedAt, Position committed);

    /** The node that was asked doesn't lead the shard, or not with a lease. */
    void notCertified(ShardId shard);
  }

  /** What one peer is asked. */
  private static final class Asking {
    private final Set<ShardId> wanted = new LinkedHashSet<>();
    private Set<ShardId> asked = Set.of();
    private long round;
    private long askedAt;

    boolean isUnderWay(long now, long patience) {
      return !asked.isEmpty() && now - askedAt < patience;
    }
  }

  /**
   * @param boot of this process, which alone can date answers to its questions
   */
  public Certificates(long boot, ReplicationSettings settings) {
    this.boot = boot;
    patience = settings.resend().toNanos();
  }

  /** A read waits for a certificate of the shard's leader. */
  public void want(NodeId leader, ShardId shard, long now) {
    Asking peer = peers.computeIfAbsent(leader, it -> new Asking());
    if (!peer.isUnderWay(now, patience) || !peer.asked.contains(shard)) {
      peer.wanted.add(shard);
    }
  }

  /** Those that may have to be asked. */
  public List<NodeId> peers() {
    return peers.entrySet().stream()
        .filter(it -> !it.getValue().wanted.isEmpty())
        .map(Map.Entry::getKey)
        .sorted()
        .toList();
  }

  /** The next question to a peer; empty while one is under way, or when nothing is wanted. */
  public Optional<CertificateQuestion> ask(NodeId peer, long now) {
    Asking asking = peers.get(peer);
    if (asking == null || asking.wanted.isEmpty() || asking.isUnderWay(now, patience)) {
      return Optional.empty();
    }
    asking.asked = Set.copyOf(asking.wanted);
    asking.wanted.clear();
    asking.round++;
    asking.askedAt = now;
    CertificateQuestion.Builder question =
        CertificateQuestion.newBuilder().setBoot(boot).setRound(asking.round);
    asking.asked.stream().sorted().forEach(shard -> question.addShards(shard.number()));
    return Optional.of(question.build());
  }

  /** The leader's side. */
  public static CertificateAnswer answer(CertificateQuestion question, Leaders leaders) {
    CertificateAnswer.Builder answer =
        CertificateAnswer.newBuilder().setBoot(question.getBoot()).setRound(question.getRound());
    for (int shard : question.getShardsList()) {
      leaders
          .certify(new ShardId(shard))
          .ifPresent(
              it ->
                  answer.addCertificates(
                      Certificate.newBuilder().setShard(shard).setCommitted(it.toProto())));
    }
    return answer.build();
  }

  /** An answer to another question than the last, or to an earlier process, has no date here. */
  public void receive(NodeId from, CertificateAnswer answer, Followers followers) {
    Asking asking = peers.get(from);
    if (asking == null || answer.getBoot() != boot || answer.getRound() != asking.round) {
      return;
    }
    Set<ShardId> left = new LinkedHashSet<>(asking.asked);
    asking.asked = Set.of();
    for (Certificate certificate : answer.getCertificatesList()) {
      ShardId shard = new ShardId(certificate.getShard());
      if (left.remove(shard)) {
        followers.certified(shard, asking.askedAt, Position.fromProto(certificate.getCommitted()));
      }
    }
    left.forEach(followers::notCertified);
  }

  /** The stream to a peer is new, or gone: a question that was under way is lost. */
  public void restart(NodeId peer) {
    Asking asking = peers.get(peer);
    if (asking != null) {
      asking.asked = Set.of();
    }
  }
}
