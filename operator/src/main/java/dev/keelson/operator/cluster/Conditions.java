package dev.keelson.operator.cluster;

import static java.util.stream.Collectors.joining;

import dev.keelson.crds.v1alpha1.Condition;
import dev.keelson.crds.v1alpha1.ConditionReason;
import dev.keelson.crds.v1alpha1.ConditionType;
import dev.keelson.crds.v1alpha1.DatabaseCluster;
import dev.keelson.crds.v1alpha1.DatabaseClusterStatus;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;

/**
 * The four conditions, drawn from findings.
 *
 * <pre>
 *                 nothing found   something found that passes   something that waits for somebody
 *   Ready         True            False                         False
 *   Reconciling   False           True                          False
 *   Stalled       False           False                         True
 *   Available     is of its own: whether every shard has a leader; Unknown when nobody can tell
 * </pre>
 */
final class Conditions {
  private static final int LONGEST_MESSAGE = 1000;

  private final DatabaseCluster cluster;
  private final Instant now;

  Conditions(DatabaseCluster cluster, Instant now) {
    this.cluster = cluster;
    this.now = now;
  }

  List<Condition> of(List<Finding> findings, Availability availability) {
    Optional<Finding> waiting = findings.stream().filter(Finding::waitsForSomebody).findFirst();
    Optional<Finding> passing =
        findings.stream().filter(finding -> !finding.waitsForSomebody()).findFirst();
    return List.of(
        ready(findings),
        condition(
            ConditionType.AVAILABLE,
            availability.status(),
            availability.reason(),
            availability.sentence()),
        waiting.isEmpty()
            ? presence(ConditionType.RECONCILING, passing)
            : presence(ConditionType.RECONCILING, Optional.empty()),
        presence(ConditionType.STALLED, waiting));
  }

  private Condition ready(List<Finding> findings) {
    if (findings.isEmpty()) {
      return condition(
          ConditionType.READY, "True", ConditionReason.AS_ASKED, "everything is as asked");
    }
    String all = findings.stream().map(Finding::sentence).collect(joining("; "));
    return condition(ConditionType.READY, "False", findings.get(0).reason(), all);
  }

  private Condition presence(ConditionType type, Optional<Finding> finding) {
    return finding
        .map(found -> condition(type, "True", found.reason(), found.sentence()))
        .orElseGet(
            () -> condition(type, "False", ConditionReason.NOTHING_TO_DO, "there is no need"));
  }

  private Condition condition(
      ConditionType type, String status, ConditionReason reason, String message) {
    return new Condition(
        type.word(),
        status,
        reason.word(),
        message.substring(0, Math.min(message.length(), LONGEST_MESSAGE)),
        cluster.getMetadata().getGeneration(),
        transition(type, status));
  }

  /** A condition keeps its time for as long as it keeps its status. */
  private String transition(ConditionType type, String status) {
    return Optional.ofNullable(cluster.getStatus())
        .flatMap((DatabaseClusterStatus before) -> before.condition(type))
        .filter(before -> before.status().equals(status))
        .map(Condition::lastTransitionTime)
        .orElseGet(() -> now.truncatedTo(ChronoUnit.SECONDS).toString());
  }
}
