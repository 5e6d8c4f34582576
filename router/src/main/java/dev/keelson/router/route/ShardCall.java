package dev.keelson.router.route;

import dev.keelson.core.error.DatabaseException;
import dev.keelson.core.error.ErrorCode;
import dev.keelson.core.shard.NodeId;
import dev.keelson.core.shard.ShardConfig;
import dev.keelson.proto.internal.v1.NodeAnswer;
import dev.keelson.proto.internal.v1.NodeError;
import dev.keelson.router.node.NodeLink;
import dev.keelson.router.node.NodeReply;
import dev.keelson.router.node.NodeRequest;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * One request, sent until a replica answers it or its deadline passes. There is one try at a time.
 *
 * <pre>
 *   attempt ──sent──► in flight ──answer──► done
 *      ▲  ▲              │  │
 *      │  └─hint, leader─┘  │ not leader, broken and repeatable
 *      │    elsewhere       ▼
 *      └─ news, backoff ── parked ──deadline──► done
 * </pre>
 *
 * A try that may have been applied leaves its mark ({@link #uncertain}): from then on only a
 * request that is repeatable is sent again, and it never ends as "not applied" without saying so
 * (R16, R17).
 */
final class ShardCall implements NodeReply {
  private final ShardCalls calls;
  private final Target target;
  private final NodeRequest request;
  private final boolean anyReplica;
  private final long deadlineNanos;
  private final ShardReply reply;

  private boolean uncertain;
  private boolean tooStale;
  private int pauses;
  private int hintsInARow;
  private long retryAtNanos;
  private Reason reason = Reason.NO_ANSWER;
  private @Nullable ShardConfig shard;
  private @Nullable NodeId asked;
  private @Nullable Leader refused;
  private Set<NodeId> replicasTried = Set.of();

  ShardCall(
      ShardCalls calls,
      Target target,
      NodeRequest request,
      boolean anyReplica,
      long deadlineNanos,
      ShardReply reply) {
    this.calls = calls;
    this.target = target;
    this.request = request;
    this.anyReplica = anyReplica;
    this.deadlineNanos = deadlineNanos;
    this.reply = reply;
  }

  /** Sends the request to whom it should go now, or parks it. */
  void attempt() {
    if (System.nanoTime() - deadlineNanos >= 0) {
      fail(reason.about(shard, asked));
      return;
    }
    if (reply.abandoned()) {
      fail(Reason.CANCELLED.about(shard, asked));
      return;
    }
    ShardConfig found = target.in(calls.map());
    shard = found;
    if (found == null) {
      park(Reason.NO_SHARD);
    } else if (anyReplica) {
      askNearest(found);
    } else {
      askLeader(found);
    }
  }

  private void askLeader(ShardConfig found) {
    Leader leader = calls.leaders().of(found);
    if (leader == null) {
      park(Reason.NO_LEADER);
      return;
    }
    asked = leader.node();
    NodeLink link = calls.openLink(leader.node());
    if (link == null) {
      park(Reason.UNREACHABLE);
      return;
    }
    send(link, found);
  }

  private void askNearest(ShardConfig found) {
    NodeLink link = calls.nearestLink(found, replicasTried);
    if (link == null) {
      replicasTried = Set.of();
      park(tooStale ? Reason.TOO_STALE : Reason.NO_REPLICA);
      return;
    }
    asked = link.node();
    send(link, found);
  }

  private void send(NodeLink link, ShardConfig found) {
    reason = Reason.NO_ANSWER;
    link.send(found.id().number(), request, deadlineNanos, this);
  }

  @Override
  public void answered(NodeAnswer answer) {
    NodeId node = asked;
    ShardConfig found = shard;
    if (node == null || found == null) {
      throw new IllegalStateException("answered before it was sent: " + request);
    }
    if (answer.getBodyCase() == NodeAnswer.BodyCase.ERROR) {
      refused(found, node, answer.getError());
    } else {
      reply.answered(answer, node, found.id(), uncertain);
    }
  }

  private void refused(ShardConfig found, NodeId node, NodeError error) {
    DatabaseException why = DatabaseException.fromProto(error.getError());
    if (why.code() == ErrorCode.NOT_LEADER) {
      notLeader(found, node, error);
    } else if (why.outcomeUnknown()) {
      maybeApplied(why);
    } else if (isWorthAnotherTry(why)) {
      tryAgain(why.code() == ErrorCode.TOO_STALE ? Reason.TOO_STALE : Reason.REFUSED);
    } else {
      fail(why);
    }
  }

  private boolean isWorthAnotherTry(DatabaseException why) {
    return switch (why.category()) {
      case UNAVAILABLE -> why.code() != ErrorCode.DEADLINE_EXCEEDED;
      // A full node is not pressed further, except for what may have been applied before.
      case RESOURCE -> uncertain;
      case USER, CONFLICT, INTERNAL -> false;
    };
  }

  /** Never appended (R17), so this may always be sent again. */
  private void notLeader(ShardConfig found, NodeId node, NodeError error) {
    Leader told = Leader.namedBy(error);
    if (anyReplica || told == null) {
      refused = new Leader(node, found.term());
      tryAgain(Reason.REFUSED);
      return;
    }
    refused = new Leader(node, Math.max(found.term(), told.term()));
    boolean news = calls.learned(found, told);
    boolean elsewhere = !told.node().equals(node);
    if ((news || elsewhere) && hintsInARow < calls.retries().hintsInARow()) {
      hintsInARow++;
      calls.metrics().retry(Reason.REFUSED);
      attempt();
    } else {
      tryAgain(Reason.REFUSED);
    }
  }

  private void tryAgain(Reason why) {
    if (anyReplica) {
      tooStale = why == Reason.TOO_STALE;
      calls.metrics().retry(why);
      Set<NodeId> tried = new HashSet<>(replicasTried);
      if (asked != null) {
        tried.add(asked);
      }
      replicasTried = tried;
      attempt();
    } else {
      park(why);
    }
  }

  @Override
  public void failed(Failure failure) {
    switch (failure) {
      case NOT_CONNECTED -> tryAgain(Reason.UNREACHABLE);
      case FULL -> full();
      case EXPIRED_UNSENT -> fail(Reason.NO_ANSWER.about(shard, asked));
      case EXPIRED -> {
        markUncertain();
        fail(Reason.NO_ANSWER.about(shard, asked));
      }
      case BROKEN -> maybeApplied(Reason.BROKEN.about(shard, asked));
    }
  }

  /** Newcomers are turned away, since waiting would only move the queue; what waited, waits on. */
  private void full() {
    if (pauses > 0 || uncertain) {
      tryAgain(Reason.FULL);
    } else {
      fail(Reason.FULL.about(shard, asked));
    }
  }

  private void maybeApplied(DatabaseException why) {
    markUncertain();
    if (request.repeatable()) {
      tryAgain(Reason.BROKEN);
    } else {
      fail(why);
    }
  }

  private void markUncertain() {
    uncertain |= request instanceof NodeRequest.Write;
  }

  @Override
  public boolean giveUpForNewLeader(boolean sent) {
    if (anyReplica || (sent && !request.repeatable())) {
      return false;
    }
    if (sent) {
      markUncertain();
    }
    calls.metrics().retry(Reason.REFUSED);
    attempt();
    return true;
  }

  private void park(Reason why) {
    reason = why;
    calls.metrics().retry(why);
    hintsInARow = 0;
    long least = calls.retries().minimumBackoff().toNanos();
    long most = calls.retries().maximumBackoff().toNanos();
    long backoff = Math.min(most, least << Math.min(pauses, 16));
    pauses++;
    retryAtNanos =
        System.nanoTime() + backoff / 2 + ThreadLocalRandom.current().nextLong(backoff / 2 + 1);
    calls.park(this);
  }

  boolean isDue(long nowNanos) {
    return nowNanos - retryAtNanos >= 0 || nowNanos - deadlineNanos >= 0;
  }

  /** Whether there is somebody to ask who hasn't just refused. */
  boolean mayProceed() {
    ShardConfig found = target.in(calls.map());
    if (found == null) {
      return false;
    }
    if (anyReplica) {
      return calls.nearestLink(found, replicasTried) != null;
    }
    Leader leader = calls.leaders().of(found);
    if (leader == null || leader.equals(refused) || calls.openLink(leader.node()) == null) {
      return false;
    }
    pauses = 1;
    return true;
  }

  private void fail(DatabaseException why) {
    if (!uncertain) {
      reply.failed(why);
    } else if (why.code() == ErrorCode.OUTCOME_UNKNOWN) {
      reply.failed(why.withUnknownOutcome());
    } else {
      reply.failed(
          ErrorCode.OUTCOME_UNKNOWN.because(
              "The write was sent, but its outcome didn't come back: " + why.message()));
    }
  }
}
