package dev.keelson.operator.cluster;

import dev.keelson.crds.v1alpha1.Condition;
import dev.keelson.crds.v1alpha1.ConditionType;
import dev.keelson.crds.v1alpha1.DatabaseCluster;
import dev.keelson.crds.v1alpha1.DatabaseClusterStatus;
import dev.keelson.operator.kubernetes.ClusterEvents;
import dev.keelson.operator.kubernetes.ClusterEvents.Severity;
import dev.keelson.operator.scaling.NodeAct;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells of every act, and of every condition that turns, in events, metrics and the log. */
final class Announcements {
  private static final Logger log = LoggerFactory.getLogger(Announcements.class);

  private final ClusterEvents events;
  private final ClusterMetrics metrics;

  Announcements(ClusterEvents events, ClusterMetrics metrics) {
    this.events = events;
    this.metrics = metrics;
  }

  void changed(DatabaseCluster cluster, Change change) {
    metrics.wrote(change);
    String word = change.act().word();
    log.info("{}: {} {}", name(cluster), word, change.object());
    events.tell(cluster, Severity.NORMAL, word, "Apply", word + " " + change.object());
  }

  void acted(DatabaseCluster cluster, NodeAct act) {
    String word =
        switch (act) {
          case NodeAct.Drain _ -> "Draining";
          case NodeAct.Undrain _ -> "Undrained";
        };
    log.info("{}: {} {}", name(cluster), word, act.node());
    events.tell(cluster, Severity.NORMAL, word, "Scale", word + " data node " + act.node());
  }

  void reported(DatabaseCluster cluster, DatabaseClusterStatus status) {
    turned(cluster, status, ConditionType.READY)
        .ifPresent(
            ready ->
                tell(
                    cluster, ready.isTrue() ? Severity.NORMAL : Severity.WARNING, "Report", ready));
    turned(cluster, status, ConditionType.STALLED)
        .filter(Condition::isTrue)
        .ifPresent(stalled -> tell(cluster, Severity.WARNING, "Validate", stalled));
  }

  private void tell(
      DatabaseCluster cluster, Severity severity, String action, Condition condition) {
    String reason =
        condition.isTrue() && severity == Severity.NORMAL ? "Ready" : condition.reason();
    log.info("{}: {}: {}", name(cluster), reason, condition.message());
    events.tell(cluster, severity, reason, action, condition.message());
  }

  /** The condition if its status is another one than before; the first is not worth telling. */
  private static Optional<Condition> turned(
      DatabaseCluster cluster, DatabaseClusterStatus status, ConditionType type) {
    Optional<Condition> before =
        Optional.ofNullable(cluster.getStatus()).flatMap(earlier -> earlier.condition(type));
    return status
        .condition(type)
        .filter(now -> before.map(b -> !b.status().equals(now.status())).orElse(now.isTrue()));
  }

  private static String name(DatabaseCluster cluster) {
    return cluster.getMetadata().getNamespace() + "/" + cluster.getMetadata().getName();
  }
}
