package dev.keelson.client;

/** How fresh a read must be. */
public enum Consistency {
  /** Sees every write that was acknowledged before the read began. The default. */
  LINEARIZABLE,
  /** As LINEARIZABLE, and a majority is asked instead of trusting the leader's lease. */
  LINEARIZABLE_BY_QUORUM,
  /** Whatever one replica has applied; any replica may answer, the nearest too. */
  STALE
}
