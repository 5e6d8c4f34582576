package dev.keelson.operator.cluster;

import dev.keelson.crds.v1alpha1.DatabaseCluster;
import dev.keelson.operator.database.Database;
import dev.keelson.operator.kubernetes.Leadership;
import dev.keelson.operator.resources.Names;
import dev.keelson.operator.scaling.NodeAct;
import dev.keelson.operator.scaling.ScalePlanner;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells a database what its nodes are to do. What it does not take, the next plan says again. */
final class NodeActs {
  private static final Logger log = LoggerFactory.getLogger(NodeActs.class);

  private final Database database;
  private final Leadership leadership;
  private final Announcements announcements;

  NodeActs(Database database, Leadership leadership, Announcements announcements) {
    this.database = database;
    this.leadership = leadership;
    this.announcements = announcements;
  }

  void carryOut(DatabaseCluster cluster, List<NodeAct> acts) {
    String endpoint = Names.of(cluster).endpoint();
    for (NodeAct act : acts) {
      leadership.check();
      tell(endpoint, act)
          .ifPresentOrElse(
              why -> log.warn("{}: {} was not taken: {}", endpoint, act, why),
              () -> announcements.acted(cluster, act));
    }
  }

  private Optional<String> tell(String endpoint, NodeAct act) {
    return switch (act) {
      case NodeAct.Drain drain -> database.drain(endpoint, drain.node(), ScalePlanner.REASON);
      case NodeAct.Undrain undrain -> database.undrain(endpoint, undrain.node());
    };
  }
}
