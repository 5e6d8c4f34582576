package dev.keelson.client;

import java.time.Duration;
import java.util.Locale;
import java.util.Optional;

/**
 * Who served an answer, and how it is known to be right.
 *
 * @param term the leader's term in the shard
 * @param index up to where of the shard's log the answer shows all writes
 * @param maxAge every write that was acknowledged so long before the answer was read, or earlier,
 *     is in it; empty when nothing is known of its age, as for STALE reads
 */
public record Served(
    String node, int shard, long term, Proof proof, long index, Optional<Duration> maxAge) {
  /** What the server knows about the freshness of an answer. */
  public enum Proof {
    /** The leader held its lease after it took the value. */
    LEASE,
    /** A majority confirmed the leader after it took the value. */
    QUORUM,
    /** A replica answered from what it had applied; with an age when its leader certified that. */
    FOLLOWER,
    /** A write: a majority holds it durably. */
    COMMITTED,
    /** The server did not say. */
    UNSTATED
  }

  static Served fromProto(dev.keelson.proto.v1.Served served) {
    Proof proof =
        switch (served.getProof()) {
          case LEASE -> Proof.LEASE;
          case QUORUM -> Proof.QUORUM;
          case FOLLOWER -> Proof.FOLLOWER;
          case COMMITTED -> Proof.COMMITTED;
          case PROOF_UNSPECIFIED, UNRECOGNIZED -> Proof.UNSTATED;
        };
    Optional<Duration> maxAge =
        served.hasAgeMillis()
            ? Optional.of(Duration.ofMillis(served.getAgeMillis()))
            : Optional.empty();
    return new Served(
        served.getNode(), served.getShard(), served.getTerm(), proof, served.getIndex(), maxAge);
  }

  @Override
  public String toString() {
    return proof.name().toLowerCase(Locale.ROOT)
        + " of "
        + node
        + ", shard "
        + shard
        + ", term "
        + term
        + maxAge
            .filter(it -> !it.isZero())
            .map(it -> ", at most " + it.toMillis() + " ms old")
            .orElse("");
  }
}
