package dev.keelson.operator.scaling;

import dev.keelson.crds.v1alpha1.ConditionReason;
import java.time.Duration;

/**
 * How far a node that is to go has come. Each reconciliation finds the step anew from what it sees,
 * so there is nothing to get out of step; asking for the node again leads back from all but the
 * last.
 *
 * <pre>
 *   CHECKING ──the others can do without──► DRAINING ──no shard names it──► VERIFYING
 *                                              ▲  asked for again: undrained     │ the metadata
 *                                              └─────────────────────────────────┤ store says so
 *                                                                                ▼
 *                                                     the pod goes ◄────── REMOVING
 * </pre>
 */
public enum Step {
  /** Whether the others have the nodes and the space to do without it. */
  CHECKING("Checking", ConditionReason.CHECKING_SCALE_IN, Duration.ofMinutes(10)),
  /** It gets nothing any more; its leaders and replicas move away. */
  DRAINING("Draining", ConditionReason.DRAINING_NODES, Duration.ofMinutes(10)),
  /** Routers know no shard that names it; the metadata store has not said so yet. */
  VERIFYING("Verifying", ConditionReason.VERIFYING_DRAIN, Duration.ofMinutes(2)),
  /** It is empty for good, and its StatefulSet shrinks now or when those above it are gone. */
  REMOVING("Removing", ConditionReason.REMOVING_NODES, Duration.ofMinutes(10));

  private final String word;
  private final ConditionReason reason;
  private final Duration deadline;

  Step(String word, ConditionReason reason, Duration deadline) {
    this.word = word;
    this.reason = reason;
    this.deadline = deadline;
  }

  public String word() {
    return word;
  }

  public ConditionReason reason() {
    return reason;
  }

  /** Who comes no further for so long waits for somebody. */
  public Duration deadline() {
    return deadline;
  }
}
