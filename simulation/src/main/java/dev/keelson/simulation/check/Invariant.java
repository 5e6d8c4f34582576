package dev.keelson.simulation.check;

import java.util.Locale;

/** What must hold in every run. */
public enum Invariant {
  /** A term has one leader, in one process (R2, R3, R4). */
  ONE_LEADER_PER_TERM,
  /** Who leads a term is who the metadata store names for it (R2). */
  NAMED_LEADER,
  /** A leader is named from the best of a majority of certain answers, or of all (R5, R13). */
  BEST_OF_MAJORITY,
  /** What one replica applied at an index, all apply there, without gaps (R5, R7, R9). */
  SAME_ENTRIES,
  /** What is committed is durable on a majority, the leader's own barrier with it (R8, R9). */
  DURABLE_ON_MAJORITY,
  /** An ack or an answer tells only what is durable here, and nothing of an older term (R3, R8). */
  TOLD_WHAT_IS_DURABLE,
  /** A restart finds what was durable, or knows that it does not (R13, R18). */
  SURVIVES_RESTART,
  /** Who may have forgotten something neither votes nor confirms nor promises (R13). */
  UNSURE_IS_SILENT,
  /** When another leader is named, nobody holds a lease of an older term (R10). */
  ONE_LEASE,
  /** Every answer fits one order of all operations on its key (R6, R10). */
  LINEARIZABLE,
  /** Who gives a certificate has committed all that anybody has applied (R11). */
  CERTIFIED_IS_ALL,
  /** A read of a proven age shows all that had been acknowledged so long before it began (R11). */
  AS_FRESH_AS_PROVEN,
  /** Within a session no read shows less than an earlier answer, at any level. */
  SESSIONS_SEE_NO_LESS,
  /** A write that was refused for good never takes place (R17). */
  REFUSED_IS_NOT_DONE,
  /** Rows are what the log says when each write of a session counts once (R16, R17). */
  SAME_ROWS,
  /** Voters change as R12 allows, and who left stays away (R12). */
  VOTERS_CHANGE_IN_STEPS,
  /** Nothing follows from a metadata store that was set back, and no term has two owners (R14). */
  WRONG_ETCD_IS_NOT_OBEYED,
  /** With everything healed, every client gets answers again, and replicas become equal. */
  AVAILABLE,
  /** No alarm and no failure without a cause. */
  NO_FALSE_ALARM;

  /** In words, for tables. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }
}
