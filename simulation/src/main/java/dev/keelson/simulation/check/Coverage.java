package dev.keelson.simulation.check;

import java.util.EnumMap;
import java.util.Map;

/**
 * Counts rare events, so that it is seen whether runs meet them. An event that never happens in
 * many runs means that the faults no longer reach what they are for.
 */
public final class Coverage {
  /** What a good number of runs must meet. */
  public enum Event {
    FENCE_OF_TWO_OWNERS,
    BECOME_LEADER_REFUSED,
    ELECTION_WHOSE_OWNER_DIED,
    FENCE_THAT_WAITED_FOR_A_PROMISE,
    FENCE_RELEASED_BY_ITS_HOLDER,
    RESTART_WITHIN_A_PROMISE,
    LOST_ANSWER_TO_A_CLAIM,
    LOST_ANSWER_TO_A_NAMING,
    ENTRIES_TRUNCATED,
    ENTRIES_COMMITTED_THROUGH_A_BARRIER,
    FENCE_MISSED_AND_TERM_TAKEN_FROM_AN_APPEND,
    APPEND_OF_AN_OLDER_TERM,
    LEADER_CRASHED_BEFORE_ITS_WRITE_WAS_DURABLE,
    LEADER_PAUSED_LONGER_THAN_ITS_LEASE,
    LEADER_STEPPED_DOWN,
    HAND_OVER,
    HAND_OVER_GIVEN_UP,
    READ_BY_LEASE,
    READ_BY_QUORUM,
    DUPLICATE_WRITE,
    WRITE_REFUSED_FOR_GOOD,
    WRITE_OF_UNKNOWN_OUTCOME,
    TORN_JOURNAL,
    DOUBTFUL_REPLICA,
    DAMAGED_REPLICA,
    REPLICA_TRUSTED_AGAIN,
    DISK_LOST,
    FORCE_FAILED,
    DISK_FULL,
    ETCD_SET_BACK,
    ETCD_NOT_TRUSTED,
    ETCD_ADOPTED,
    STEP_IN_A_WRONG_ETCD,
    SECOND_OWNER_OF_A_TERM,
    SNAPSHOT_TAKEN,
    SNAPSHOT_GIVEN_UP,
    SNAPSHOT_LOADED_AT_START,
    SNAPSHOT_INSTALLED,
    SNAPSHOT_TRANSFER_OVER_A_CHANGE_OF_TERM,
    SNAPSHOT_TRANSFER_RESUMED,
    SNAPSHOT_DAMAGED,
    CRASH_BETWEEN_A_SNAPSHOT_AND_ITS_RESET,
    SEGMENT_RELEASED
  }

  private final Map<Event, Long> counts = new EnumMap<>(Event.class);

  public void saw(Event event) {
    counts.merge(event, 1L, Long::sum);
  }

  public Map<Event, Long> counts() {
    return Map.copyOf(counts);
  }
}
