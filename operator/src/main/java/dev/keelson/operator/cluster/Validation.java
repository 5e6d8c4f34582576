package dev.keelson.operator.cluster;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.joining;

import dev.keelson.crds.v1alpha1.ConditionReason;
import dev.keelson.crds.v1alpha1.DatabaseCluster;
import dev.keelson.operator.resources.Labels;
import dev.keelson.operator.resources.Names;
import dev.keelson.operator.resources.Volumes;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What the CRD's rules cannot see: whether the wish fits the world. Any problem stops all writes.
 */
final class Validation {
  private static final int NAMED_AT_MOST = 5;

  private Validation() {}

  static List<Problem> problems(
      DatabaseCluster cluster, Observation observation, String defaultImage) {
    List<Problem> problems = new ArrayList<>();
    foreignObjects(cluster, observation).ifPresent(problems::add);
    volumesOfEarlierCluster(cluster, observation).ifPresent(problems::add);
    removedZones(cluster, observation).ifPresent(problems::add);
    if (Planner.image(cluster, observation, defaultImage).isEmpty()) {
      problems.add(
          new Problem(
              ConditionReason.NO_IMAGE,
              "no image is named: set spec.image, or database.image of the operator's chart"));
    }
    return problems;
  }

  private static Optional<Problem> foreignObjects(
      DatabaseCluster cluster, Observation observation) {
    List<String> foreign =
        observation.objects().entrySet().stream()
            .filter(entry -> !Ownership.isOwned(entry.getValue(), cluster))
            .filter(entry -> !isLeaving(entry.getValue()))
            .map(entry -> entry.getKey().toString())
            .sorted()
            .toList();
    if (foreign.isEmpty()) {
      return leavingObjects(cluster, observation);
    }
    return Optional.of(
        new Problem(
            ConditionReason.FOREIGN_OBJECT,
            several(foreign)
                + " belong to something else, and the operator takes nothing over: remove or rename"
                + " them, or give this cluster another name"));
  }

  /** Left by an earlier cluster of this name; the garbage collector is about to remove them. */
  private static Optional<Problem> leavingObjects(
      DatabaseCluster cluster, Observation observation) {
    List<String> leaving =
        observation.objects().entrySet().stream()
            .filter(entry -> !Ownership.isOwned(entry.getValue(), cluster))
            .map(entry -> entry.getKey().toString())
            .sorted()
            .toList();
    return leaving.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new Problem(
                ConditionReason.FOREIGN_OBJECT,
                several(leaving) + " of something else are being removed; waiting until they are"));
  }

  private static boolean isLeaving(HasMetadata object) {
    return object.getMetadata().getDeletionTimestamp() != null;
  }

  private static Optional<Problem> volumesOfEarlierCluster(
      DatabaseCluster cluster, Observation observation) {
    String data = Planner.data(cluster, observation);
    List<String> needed = Names.of(cluster).claims(cluster);
    Map<String, List<String>> claimsByData =
        observation.claims().stream()
            .filter(claim -> needed.contains(claim.getMetadata().getName()))
            .filter(claim -> !Volumes.data(claim).equals(data))
            .collect(
                groupingBy(
                    Volumes::data,
                    TreeMap::new,
                    Collectors.mapping(c -> c.getMetadata().getName(), Collectors.toList())));
    return claimsByData.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new Problem(
                ConditionReason.VOLUMES_OF_EARLIER_CLUSTER,
                claimsByData.entrySet().stream()
                    .map(entry -> earlierVolumes(cluster, entry.getKey(), entry.getValue()))
                    .collect(joining("; "))));
  }

  private static String earlierVolumes(DatabaseCluster cluster, String data, List<String> claims) {
    String named = "volumes " + several(claims);
    if (data.isEmpty()) {
      return named + " were not made for this cluster: delete them or give it another name";
    }
    String selector = Labels.DATA + "=" + data;
    return named
        + " hold data of an earlier cluster: delete them (kubectl delete pvc -l "
        + selector
        + "), give this cluster another name, or take the data over (kubectl annotate"
        + " databasecluster "
        + cluster.getMetadata().getName()
        + " "
        + selector
        + ")";
  }

  /** The CRD refuses this too, but only for resources that were made when it already did. */
  private static Optional<Problem> removedZones(DatabaseCluster cluster, Observation observation) {
    Names names = Names.of(cluster);
    Set<String> asked =
        cluster.getSpec().zones().stream()
            .map(zone -> names.dataNodes(zone.name()))
            .collect(Collectors.toSet());
    List<String> left =
        observation
            .statefulSets()
            .filter(set -> Ownership.isOwned(set, cluster))
            .filter(set -> set.getMetadata().getLabels().containsKey(Labels.ZONE))
            .map(Validation::name)
            .filter(set -> !asked.contains(set))
            .sorted()
            .toList();
    return left.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new Problem(
                ConditionReason.SCALE_IN_UNSUPPORTED,
                several(left)
                    + " run data nodes of zones that are asked for no longer, and removing a zone is"
                    + " not supported yet: ask for those zones again, with one node or more"));
  }

  private static String name(StatefulSet set) {
    return set.getMetadata().getName();
  }

  private static String several(List<String> names) {
    Stream<String> first = names.stream().limit(NAMED_AT_MOST);
    String rest =
        names.size() > NAMED_AT_MOST ? " and " + (names.size() - NAMED_AT_MOST) + " more" : "";
    return first.collect(joining(", ")) + rest;
  }
}
