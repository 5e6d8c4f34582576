package dev.keelson.operator.cluster;

import dev.keelson.operator.database.DatabaseReport;
import dev.keelson.operator.database.DrainCheck;
import dev.keelson.operator.resources.Kind;
import dev.keelson.operator.resources.ObjectKey;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The world as one reconciliation sees it.
 *
 * @param objects everything that has a name that the cluster needs or a label that says it is the
 *     cluster's, whoever owns it; no claims
 * @param claims those with names that the cluster needs, whoever made them, and those labelled as
 *     the cluster's
 * @param pods those labelled as the cluster's
 * @param database what the database says
 * @param checks by name of a data node that may be about to go: what the metadata store says of it
 */
record Observation(
    Map<ObjectKey, HasMetadata> objects,
    List<PersistentVolumeClaim> claims,
    List<Pod> pods,
    DatabaseReport database,
    Map<String, DrainCheck> checks) {

  Observation {
    objects = Map.copyOf(objects);
    claims = List.copyOf(claims);
    pods = List.copyOf(pods);
    checks = Map.copyOf(checks);
  }

  Optional<HasMetadata> object(ObjectKey key) {
    return Optional.ofNullable(objects.get(key));
  }

  Optional<ConfigMap> configMap(String name) {
    return object(new ObjectKey(Kind.CONFIG_MAP, name)).map(ConfigMap.class::cast);
  }

  Stream<StatefulSet> statefulSets() {
    return objects.values().stream()
        .filter(StatefulSet.class::isInstance)
        .map(StatefulSet.class::cast);
  }
}
