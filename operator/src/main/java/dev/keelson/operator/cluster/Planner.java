package dev.keelson.operator.cluster;

import dev.keelson.crds.v1alpha1.DatabaseCluster;
import dev.keelson.operator.resources.ClusterObjects;
import dev.keelson.operator.resources.Labels;
import dev.keelson.operator.resources.Names;
import dev.keelson.operator.resources.ObjectKey;
import dev.keelson.operator.resources.Settings;
import dev.keelson.operator.resources.Volumes;
import dev.keelson.operator.resources.Wish;
import dev.keelson.operator.scaling.ScalePlanner;
import dev.keelson.operator.scaling.Scaling;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** From a wish that fits the world to what shall be. Pure. */
final class Planner {
  private Planner() {}

  static Plan plan(DatabaseCluster cluster, Observation observation, String defaultImage) {
    Scaling scaling = scaling(cluster, observation);
    Wish wish = wish(cluster, observation, scaling, defaultImage);
    List<HasMetadata> objects = ClusterObjects.of(wish);
    return new Plan(
        objects,
        scaling.acts(),
        corrections(wish, observation),
        removals(cluster, objects, observation));
  }

  static Scaling scaling(DatabaseCluster cluster, Observation observation) {
    return ScalePlanner.plan(
        ZoneSizes.of(cluster, observation.objects()), observation.database(), observation.checks());
  }

  private static Wish wish(
      DatabaseCluster cluster, Observation observation, Scaling scaling, String defaultImage) {
    String image =
        image(cluster, observation, defaultImage)
            .orElseThrow(() -> new IllegalStateException("validation lets no such wish pass"));
    return new Wish(
        cluster,
        image,
        data(cluster, observation),
        firstNodes(cluster, observation),
        scaling.nodes(),
        claimTemplates(cluster, observation));
  }

  /**
   * The image that was asked for; else the one that runs, so that a new operator with a new default
   * restarts no database; else the default.
   */
  static Optional<String> image(
      DatabaseCluster cluster, Observation observation, String defaultImage) {
    String asked = cluster.getSpec().image();
    if (asked != null && !asked.isBlank()) {
      return Optional.of(asked);
    }
    return ownSets(cluster, observation)
        .map(set -> set.getSpec().getTemplate().getSpec().getContainers().get(0).getImage())
        .findFirst()
        .or(() -> Optional.of(defaultImage).filter(image -> !image.isBlank()));
  }

  /**
   * The identity of the data: what the cluster was made with, for it never changes; else that of
   * the volumes to take over; else a new one.
   */
  static String data(DatabaseCluster cluster, Observation observation) {
    return ownConfig(cluster, observation)
        .flatMap(Settings::data)
        .or(() -> takenOver(cluster))
        .orElseGet(() -> Wish.newData(cluster));
  }

  /** Kept as it was: a number that grew with the cluster would make every pod out of date. */
  private static int firstNodes(DatabaseCluster cluster, Observation observation) {
    return ownConfig(cluster, observation)
        .flatMap(Settings::firstNodes)
        .orElseGet(() -> cluster.getSpec().nodeCount());
  }

  private static Optional<ConfigMap> ownConfig(DatabaseCluster cluster, Observation observation) {
    return observation
        .configMap(Names.of(cluster).config())
        .filter(config -> Ownership.isOwned(config, cluster));
  }

  private static Optional<String> takenOver(DatabaseCluster cluster) {
    return Optional.ofNullable(cluster.getMetadata().getAnnotations())
        .map(annotations -> annotations.get(Labels.DATA));
  }

  private static Map<String, PersistentVolumeClaim> claimTemplates(
      DatabaseCluster cluster, Observation observation) {
    return ownSets(cluster, observation)
        .collect(
            Collectors.toMap(
                set -> set.getMetadata().getName(),
                set -> set.getSpec().getVolumeClaimTemplates().get(0)));
  }

  private static Stream<StatefulSet> ownSets(DatabaseCluster cluster, Observation observation) {
    return observation
        .statefulSets()
        .filter(set -> Ownership.isOwned(set, cluster))
        .sorted(Comparator.comparing(set -> set.getMetadata().getName()));
  }

  private static List<PersistentVolumeClaim> corrections(Wish wish, Observation observation) {
    return observation.claims().stream()
        .filter(claim -> wish.data().equals(Volumes.data(claim)))
        .flatMap(claim -> Volumes.correction(wish, claim).stream())
        .toList();
  }

  /** Budgets that could never be met any more. */
  private static List<HasMetadata> removals(
      DatabaseCluster cluster, List<HasMetadata> objects, Observation observation) {
    Set<ObjectKey> wanted = objects.stream().map(ObjectKey::of).collect(Collectors.toSet());
    return observation.objects().entrySet().stream()
        .filter(entry -> entry.getValue() instanceof PodDisruptionBudget)
        .filter(entry -> Ownership.isOwned(entry.getValue(), cluster))
        .filter(entry -> !wanted.contains(entry.getKey()))
        .map(Map.Entry::getValue)
        .toList();
  }
}
