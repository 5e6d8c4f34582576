package dev.keelson.operator.cluster;

import dev.keelson.crds.v1alpha1.ConditionReason;
import dev.keelson.crds.v1alpha1.DatabaseCluster;
import dev.keelson.crds.v1alpha1.LeavingNode;
import dev.keelson.operator.scaling.Leaving;
import dev.keelson.operator.scaling.Obstacle;
import dev.keelson.operator.scaling.Scaling;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What the status says of the nodes that are to go. Times are the only thing that is taken from the
 * status before; a lost status only grants the patience anew.
 */
final class Departures {
  private final DatabaseCluster cluster;
  private final Scaling scaling;
  private final Instant now;

  private Departures(DatabaseCluster cluster, Scaling scaling, Instant now) {
    this.cluster = cluster;
    this.scaling = scaling;
    this.now = now;
  }

  static Departures of(DatabaseCluster cluster, Scaling scaling, Instant now) {
    return new Departures(cluster, scaling, now.truncatedTo(ChronoUnit.SECONDS));
  }

  List<LeavingNode> leaving() {
    return scaling.leaving().stream()
        .map(
            node ->
                new LeavingNode(
                    node.node(),
                    node.step().word(),
                    node.shards(),
                    since(node).toString(),
                    node.sentence()))
        .toList();
  }

  /** The obstacle first, then whoever is overdue, then one sentence for each other node. */
  List<Finding> findings() {
    Optional<Obstacle> standing = scaling.obstacle().filter(Obstacle::waitsForSomebody);
    List<Finding> findings = new ArrayList<>();
    standing.ifPresent(it -> findings.add(Finding.waiting(it.reason(), it.sentence())));
    if (standing.isEmpty()) {
      scaling.leaving().stream().filter(this::isOverdue).map(this::overdue).forEach(findings::add);
    }
    scaling.leaving().stream().map(Departures::passing).forEach(findings::add);
    return findings;
  }

  private static Finding passing(Leaving node) {
    return Finding.passing(
        node.step().reason(),
        "data node " + node.node() + " is to go (" + node.step().word() + "): " + node.sentence());
  }

  private Finding overdue(Leaving node) {
    return Finding.waiting(
        ConditionReason.SCALE_IN_OVERDUE,
        "data node "
            + node.node()
            + " is to go and has come no further for "
            + node.step().deadline().toMinutes()
            + " minutes ("
            + node.step().word()
            + "): "
            + node.sentence()
            + "; mend that, or ask for the node again");
  }

  private boolean isOverdue(Leaving node) {
    return !since(node).plus(node.step().deadline()).isAfter(now);
  }

  /** Kept for as long as the node comes no further. */
  private Instant since(Leaving node) {
    return before().stream()
        .filter(it -> it.name().equals(node.node()))
        .filter(it -> it.step().equals(node.step().word()) && it.shards() == node.shards())
        .map(it -> Instant.parse(it.since()))
        .findFirst()
        .orElse(now);
  }

  private List<LeavingNode> before() {
    return cluster.getStatus() == null ? List.of() : cluster.getStatus().leaving();
  }
}
