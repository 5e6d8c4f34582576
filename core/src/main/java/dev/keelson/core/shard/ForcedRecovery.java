package dev.keelson.core.shard;

import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * How a shard goes on whose majority is lost for good (R13): the replica with the best log among
 * those that are left becomes its only voter, and what only the others had acknowledged is given
 * up. Never done by itself, since nobody can tell from here whether a silent replica is lost or
 * only away.
 *
 * <pre>
 *   {T, voters a b c}, only b is left ──► {T+1, voters b, nobody's election} ──b elects──► {T+2, led by b}
 *                                                                     the controller wishes for others
 * </pre>
 *
 * The others that are left follow as learners and become voters again in the ordinary way (R12): an
 * election among all of them could go by without the best log. Who returns from among the lost
 * finds itself removed, and retires.
 */
public final class ForcedRecovery {
  private final ShardConfig record;
  private final Map<ReplicaId, Found> found = new HashMap<>();

  /** What a replica that is left says of itself. */
  public record Found(
      ReplicaId replica, long lastTerm, long lastIndex, boolean suspended, boolean doubtful) {}

  /** What is to happen with a shard. */
  public sealed interface Decision {
    /**
     * The majority is lost, and these are left.
     *
     * @param survivor has the best log of those that are left
     * @param lost do not answer, or can't be used
     */
    record Recover(Found survivor, List<ReplicaId> left, List<ReplicaId> lost, ShardConfig next)
        implements Decision {}

    /** Nothing may be forced, or nothing can be. */
    record Refuse(String why) implements Decision {}
  }

  private ForcedRecovery(ShardConfig record, List<Found> answers) {
    this.record = record;
    answers.stream()
        .filter(it -> record.replicas().contains(it.replica()))
        .forEach(it -> found.put(it.replica(), it));
  }

  /**
   * @param answers of the replicas that can be reached now, on whatever disk they lie
   */
  public static Decision decide(ShardConfig record, List<Found> answers) {
    return new ForcedRecovery(record, answers).decide();
  }

  private Decision decide() {
    if (mayDecide(record.voters())
        && (record.previousVoters().isEmpty() || mayDecide(record.previousVoters()))) {
      return new Decision.Refuse("its voters that answer are enough to elect a leader");
    }
    Optional<Found> best =
        found.values().stream()
            .filter(it -> !it.suspended())
            .max(
                Comparator.comparingLong(Found::lastTerm)
                    .thenComparingLong(Found::lastIndex)
                    .thenComparing(it -> !it.doubtful())
                    .thenComparing(it -> it.replica().node(), Comparator.reverseOrder()));
    return best.<Decision>map(this::recover)
        .orElseGet(
            () ->
                new Decision.Refuse(
                    found.isEmpty()
                        ? "no replica of it answers"
                        : "the replicas that answer have damaged logs"));
  }

  /** A majority that is sure of its head, or all (R13): an election is possible. */
  private boolean mayDecide(List<ReplicaId> voters) {
    long sure = voters.stream().filter(it -> isUsable(it) && !isDoubtful(it)).count();
    return sure > voters.size() / 2 || voters.stream().allMatch(this::isUsable);
  }

  private boolean isUsable(ReplicaId replica) {
    Found answer = found.get(replica);
    return answer != null && !answer.suspended();
  }

  private boolean isDoubtful(ReplicaId replica) {
    Found answer = found.get(replica);
    return answer == null || answer.doubtful();
  }

  private Decision recover(Found best) {
    List<ReplicaId> left =
        record.replicas().stream().filter(it -> isUsable(it) || it.equals(best.replica())).toList();
    List<ReplicaId> lost = record.replicas().stream().filter(it -> !left.contains(it)).toList();
    return new Decision.Recover(
        best, left, lost, record.withSurvivor(best.replica(), left, "recovered by force"));
  }
}
