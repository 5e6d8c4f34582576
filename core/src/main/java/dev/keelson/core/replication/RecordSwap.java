package dev.keelson.core.replication;

import dev.keelson.core.shard.ShardConfig;
import java.util.Optional;

/**
 * Changes of the shard's record in etcd by one part of a replica: one at a time, each told to the
 * replica whatever came of it (R1).
 */
final class RecordSwap {
  private final Situation situation;
  private boolean running;
  private long attempt;
  private long sentAt;

  /** Our own term when the swap was sent: etcd can't know an older one (R14). */
  private long termAsked;

  RecordSwap(Situation situation) {
    this.situation = situation;
  }

  boolean isRunning() {
    return running;
  }

  /** When it was asked last, whether or not it could be sent then. */
  long askedAt() {
    return sentAt;
  }

  /** Nothing happens while one runs, or when another part's goes out with this step. */
  void ask(ShardConfig next) {
    sentAt = situation.now();
    if (running || situation.out().asksSwap()) {
      return;
    }
    running = true;
    termAsked = situation.term();
    attempt = situation.nextAttempt();
    situation.out().swap(attempt, next);
  }

  /** A read has shown that it took place; its answer, should it still come, says nothing more. */
  void settled() {
    running = false;
  }

  /**
   * An answer for some part of the replica.
   *
   * @return what etcd says, if the answer is for this part, is one, and is credible
   */
  Optional<ShardConfig> answered(long ofAttempt, Optional<ShardConfig> current) {
    if (!running || ofAttempt != attempt) {
      return Optional.empty();
    }
    running = false;
    if (current.isPresent() && current.get().term() < termAsked) {
      situation.raiseAlarm(
          situation.shard + ": etcd says term " + current.get().term() + ", we knew " + termAsked);
      return Optional.empty();
    }
    current.ifPresent(situation::learn);
    return current;
  }
}
