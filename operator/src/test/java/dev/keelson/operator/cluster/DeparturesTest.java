package dev.keelson.operator.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keelson.crds.v1alpha1.ConditionReason;
import dev.keelson.crds.v1alpha1.DatabaseCluster;
import dev.keelson.crds.v1alpha1.DatabaseClusterStatus;
import dev.keelson.crds.v1alpha1.LeavingNode;
import dev.keelson.crds.v1alpha1.Phase;
import dev.keelson.operator.resources.Clusters;
import dev.keelson.operator.scaling.Leaving;
import dev.keelson.operator.scaling.Obstacle;
import dev.keelson.operator.scaling.Scaling;
import dev.keelson.operator.scaling.Step;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class DeparturesTest {
  private static final Instant BEGIN = Instant.parse("2026-01-01T00:00:00Z");

  private final DatabaseCluster cluster = Clusters.threeZones();

  @Test
  void who_comes_further_gets_the_whole_patience_again() {
    look(Step.DRAINING, 5, Duration.ZERO);
    look(Step.DRAINING, 4, Duration.ofMinutes(9));
    Departures later = look(Step.DRAINING, 4, Duration.ofMinutes(18));
    assertThat(later.leaving()).extracting(LeavingNode::since).containsExactly(at(9));
    assertThat(reasons(later)).containsExactly(ConditionReason.DRAINING_NODES);
  }

  @Test
  void who_comes_no_further_in_time_waits_for_somebody() {
    look(Step.DRAINING, 5, Duration.ZERO);
    Departures later = look(Step.DRAINING, 5, Duration.ofMinutes(10));
    assertThat(reasons(later))
        .containsExactly(ConditionReason.SCALE_IN_OVERDUE, ConditionReason.DRAINING_NODES);
    assertThat(later.findings().get(0).waitsForSomebody()).isTrue();
    assertThat(later.findings().get(0).sentence())
        .isEqualTo(
            "data node c-1 is to go and has come no further for 10 minutes (Draining): shard 7"
                + " waits; mend that, or ask for the node again");
  }

  @Test
  void another_step_begins_anew() {
    look(Step.DRAINING, 0, Duration.ZERO);
    Departures later = look(Step.VERIFYING, 0, Duration.ofMinutes(10));
    assertThat(reasons(later)).containsExactly(ConditionReason.VERIFYING_DRAIN);
  }

  @Test
  void an_obstacle_that_stays_is_said_at_once() {
    Scaling scaling =
        new Scaling(
            Map.of(),
            List.of(),
            List.of(new Leaving("c-1", Step.CHECKING, 5, "too few")),
            Optional.of(new Obstacle(ConditionReason.NOT_ENOUGH_NODES, "too few", true)));
    assertThat(reasons(Departures.of(cluster, scaling, BEGIN)))
        .containsExactly(ConditionReason.NOT_ENOUGH_NODES, ConditionReason.CHECKING_SCALE_IN);
  }

  private Departures look(Step step, int shards, Duration after) {
    Scaling scaling =
        new Scaling(
            Map.of(),
            List.of(),
            List.of(new Leaving("c-1", step, shards, "shard 7 waits")),
            Optional.empty());
    DatabaseCluster before = Clusters.threeZones();
    before.setStatus(cluster.getStatus());
    Departures departures = Departures.of(before, scaling, BEGIN.plus(after));
    cluster.setStatus(status(departures.leaving()));
    return departures;
  }

  private static DatabaseClusterStatus status(List<LeavingNode> leaving) {
    return new DatabaseClusterStatus(
        1,
        Phase.DEGRADED,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        List.of(),
        leaving,
        List.of());
  }

  private static List<ConditionReason> reasons(Departures departures) {
    return departures.findings().stream().map(Finding::reason).toList();
  }

  private static String at(int minutes) {
    return BEGIN.plus(Duration.ofMinutes(minutes)).toString();
  }
}
