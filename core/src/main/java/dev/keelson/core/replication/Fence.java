package dev.keelson.core.replication;

import dev.keelson.core.shard.NodeId;
import dev.keelson.proto.internal.v1.NewTerm;
import dev.keelson.proto.internal.v1.NewTermAnswer;
import dev.keelson.proto.internal.v1.PeerMessage;

/**
 * The voter's side of an election: promises not to be fenced, and fences (R3, R10).
 *
 * <pre>
 *   NewTerm(T) ──► promise runs? ──yes──► wait, renew nothing ──┐
 *                     │ no, or the holder itself asks           │ it ran out
 *                     ▼                                         ▼
 *           stop leading, persist (T, owner, no leader) ──durable──► answer with the head
 * </pre>
 *
 * A term has one owner. Another one that asks in the same term shows that etcd was set back and
 * gave the term a second time: that is an alarm, not an answer (R14).
 */
final class Fence {
  private final Situation situation;
  private final Runnable stopLeading;
  private Promise promise;
  private NodeId waitingFrom;
  private NewTerm waiting = NewTerm.getDefaultInstance();

  /** To the leader of a term, until a time of our own clock. */
  private record Promise(NodeId holder, long boot, long term, long until) {}

  /**
   * @param unknownPromiseUntil a process that ran here before may have promised until then (R10)
   */
  Fence(Situation situation, Runnable stopLeading, long unknownPromiseUntil) {
    this.situation = situation;
    this.stopLeading = stopLeading;
    promise = new Promise(situation.self, 0, -1, unknownPromiseUntil);
    waitingFrom = situation.self;
  }

  /**
   * Promises the leader of {@code term} not to be fenced for a lease from now on; false if it
   * can't.
   */
  boolean promise(NodeId leader, long leaderBoot, long term, long now) {
    if (term != situation.term()
        || situation.state().retired()
        || situation.state().isUnsure()
        || !situation.state().acceptedLeader().filter(leader::equals).isPresent()
        || waiting.getTerm() > term) {
      return false;
    }
    long until = Math.max(promise.until(), now + situation.settings.lease().toNanos());
    promise = new Promise(leader, leaderBoot, term, until);
    return true;
  }

  void receive(NodeId from, long fromBoot, NewTerm request) {
    if (request.getTerm() < situation.term()
        || !mayVote(request)
        || situation.state().suspended()) {
      return;
    }
    if (request.getTerm() == situation.term()) {
      answerAgain(from, request);
    } else if (isPromised() && !isReleased(from, fromBoot, request)) {
      waitOut(from, request);
    } else {
      fence(from, request);
    }
  }

  /**
   * A learner that was made a voter may hear of it first from the election's owner, who knows the
   * voters of its term and counts nobody else.
   */
  private boolean mayVote(NewTerm request) {
    return situation.isVoter()
        || (!situation.state().retired() && request.getTerm() > situation.config().term());
  }

  void tick() {
    if (isWaiting() && !isPromised()) {
      fence(waitingFrom, waiting);
    }
  }

  /** Whether a fence is put off until a promise has run out. */
  boolean isWaiting() {
    return waiting.getTerm() > situation.term();
  }

  private boolean isPromised() {
    return situation.now() < promise.until();
  }

  /** The holder asks after it has dropped its lease and leadership: planned hand-over. */
  private boolean isReleased(NodeId from, long fromBoot, NewTerm request) {
    return request.getReleasedTerm() == promise.term()
        && promise.holder().equals(from)
        && promise.boot() == fromBoot;
  }

  private void waitOut(NodeId from, NewTerm request) {
    if (request.getTerm() > waiting.getTerm()) {
      waiting = request;
      waitingFrom = from;
    } else if (request.getTerm() == waiting.getTerm()) {
      refuseSecondOwner(from, request, waiting.getNonce());
    }
  }

  private void fence(NodeId from, NewTerm request) {
    stopLeading.run();
    situation.change(situation.state().fenced(request.getTerm(), request.getNonce()));
    answer(from, request);
  }

  /** Fenced in this term before: the log hasn't changed since, unless a leader was accepted. */
  private void answerAgain(NodeId from, NewTerm request) {
    ReplicaState state = situation.state();
    if (refuseSecondOwner(from, request, state.fencedBy()) || state.acceptedLeader().isPresent()) {
      return;
    }
    if (state.fencedBy() == 0) {
      situation.change(state.fenced(state.term(), request.getNonce()));
    }
    answer(from, request);
  }

  private boolean refuseSecondOwner(NodeId from, NewTerm request, long owner) {
    boolean second = owner != 0 && owner != request.getNonce();
    if (second) {
      situation.raiseAlarm(
          situation.shard
              + ": "
              + from
              + " owns the election of term "
              + request.getTerm()
              + ", which had another owner");
    }
    return second;
  }

  private void answer(NodeId to, NewTerm request) {
    situation.whenDurable(
        () -> {
          ReplicaState state = situation.state();
          if (state.term() == request.getTerm() && state.acceptedLeader().isEmpty()) {
            situation.send(
                to,
                PeerMessage.newBuilder()
                    .setNewTermAnswer(
                        NewTermAnswer.newBuilder()
                            .setTerm(request.getTerm())
                            .setNonce(request.getNonce())
                            .setHead(situation.log.last().toProto())
                            .setBoot(situation.boot)
                            .setStorageId(state.storage())
                            .setDoubtful(state.doubtful())));
          }
        });
  }
}
