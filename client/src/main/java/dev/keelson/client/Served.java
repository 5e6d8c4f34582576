package dev.keelson.client;

import java.util.Locale;

/**
 * Who served an answer, and how it is known to be right.
 *
 * @param term the leader's term in the shard
 */
public record Served(String node, int shard, long term, Proof proof) {
  /** What the server knows about the freshness of an answer. */
  public enum Proof {
    /** The leader held its lease after it took the value. */
    LEASE,
    /** A majority confirmed the leader after it took the value. */
    QUORUM,
    /** A replica answered from what it had applied. */
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
    return new Served(served.getNode(), served.getShard(), served.getTerm(), proof);
  }

  @Override
  public String toString() {
    return proof.name().toLowerCase(Locale.ROOT)
        + " of "
        + node
        + ", shard "
        + shard
        + ", term "
        + term;
  }
}
