package dev.keelson.operator.cluster;

import dev.keelson.crds.v1alpha1.DatabaseCluster;
import dev.keelson.crds.v1alpha1.Replicas;
import dev.keelson.operator.database.Database;
import dev.keelson.operator.database.DatabaseReport;
import dev.keelson.operator.database.DrainCheck;
import dev.keelson.operator.resources.Kind;
import dev.keelson.operator.resources.Names;
import dev.keelson.operator.resources.ObjectKey;
import dev.keelson.operator.scaling.ScalePlanner;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Looks at the world. Objects that carry the operator's label come from the watches, but for
 * StatefulSets; for any other name that the cluster needs it asks the API server, because an object
 * of somebody else has no such label.
 */
final class Observer {
  /** What the watches have seen. */
  interface Watched {
    <T extends HasMetadata> Stream<T> of(Class<T> type, DatabaseCluster cluster);
  }

  private final KubernetesClient client;
  private final Database database;

  Observer(KubernetesClient client, Database database) {
    this.client = client;
    this.database = database;
  }

  Observation observe(DatabaseCluster cluster, Watched watched) {
    Map<ObjectKey, HasMetadata> objects = objects(cluster, watched);
    DatabaseReport report = ask(cluster, new PodGroups(cluster, objects).routers());
    return new Observation(
        objects,
        claims(cluster, watched),
        watched.of(Pod.class, cluster).toList(),
        report,
        checks(cluster, ScalePlanner.toCheck(ZoneSizes.of(cluster, objects), report)));
  }

  private Map<String, DrainCheck> checks(DatabaseCluster cluster, List<String> nodes) {
    Map<String, DrainCheck> checks = new HashMap<>();
    for (String node : nodes) {
      database
          .check(Names.of(cluster).endpoint(), node)
          .ifPresent(check -> checks.put(node, check));
    }
    return checks;
  }

  private DatabaseReport ask(DatabaseCluster cluster, Replicas routers) {
    return routers.ready() == 0
        ? new DatabaseReport.Unreachable("no router is ready")
        : database.ask(Names.of(cluster).endpoint());
  }

  private Map<ObjectKey, HasMetadata> objects(DatabaseCluster cluster, Watched watched) {
    Map<ObjectKey, HasMetadata> found = new HashMap<>();
    for (Kind kind : Kind.values()) {
      if (kind != Kind.CLAIM) {
        watched.of(kind.type(), cluster).forEach(object -> found.put(ObjectKey.of(object), object));
      }
    }
    for (ObjectKey key : Names.of(cluster).keys(cluster)) {
      // How many nodes there are must not be old news, for nodes beyond it are taken for gone.
      if (!found.containsKey(key) || key.kind() == Kind.STATEFUL_SET) {
        fromServer(cluster, key.kind().type(), key.name()).ifPresent(o -> found.put(key, o));
      }
    }
    return found;
  }

  private List<PersistentVolumeClaim> claims(DatabaseCluster cluster, Watched watched) {
    Map<String, PersistentVolumeClaim> byName = new HashMap<>();
    watched
        .of(PersistentVolumeClaim.class, cluster)
        .forEach(claim -> byName.put(claim.getMetadata().getName(), claim));
    for (String name : Names.of(cluster).claims(cluster)) {
      if (!byName.containsKey(name)) {
        fromServer(cluster, PersistentVolumeClaim.class, name)
            .ifPresent(claim -> byName.put(name, claim));
      }
    }
    return List.copyOf(byName.values());
  }

  private <T extends HasMetadata> Optional<T> fromServer(
      DatabaseCluster cluster, Class<T> type, String name) {
    String namespace = cluster.getMetadata().getNamespace();
    return Optional.ofNullable(client.resources(type).inNamespace(namespace).withName(name).get());
  }
}
