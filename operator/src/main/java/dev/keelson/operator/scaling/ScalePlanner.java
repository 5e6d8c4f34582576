package dev.keelson.operator.scaling;

import dev.keelson.operator.database.DatabaseReport;
import dev.keelson.operator.database.DrainCheck;
import dev.keelson.proto.v1.DescribeClusterResponse;
import dev.keelson.proto.v1.Member;
import dev.keelson.proto.v1.Shard;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Lets nodes go that nobody asks for any more, each through the steps of {@link Step}. A pod goes
 * only when the metadata store itself says that no shard names its node and that none will. Of a
 * database that does not answer nothing is taken away.
 *
 * <p>The node's identity stays in the metadata store, and so does its drain: a node that is asked
 * for again comes back with greater boot numbers (R13), begins with nothing, whatever lies on its
 * old volume (R12), and gets replicas when it is undrained.
 */
public final class ScalePlanner {
  /** Why the operator drains; what others drain for other reasons they undrain themselves. */
  public static final String REASON = "fewer data nodes are asked for by the DatabaseCluster";

  private final List<ZoneSize> zones;
  private final DatabaseReport report;
  private final Map<String, DrainCheck> checks;

  private ScalePlanner(
      List<ZoneSize> zones, DatabaseReport report, Map<String, DrainCheck> checks) {
    this.zones = zones;
    this.report = report;
    this.checks = checks;
  }

  /**
   * @param checks what the metadata store says of the nodes of {@link #toCheck}; those of which it
   *     could not be asked are absent
   */
  public static Scaling plan(
      List<ZoneSize> zones, DatabaseReport report, Map<String, DrainCheck> checks) {
    return new ScalePlanner(zones, report, checks).plan();
  }

  /** The nodes that are to go and that no shard seems to name: whether that is so must be asked. */
  public static List<String> toCheck(List<ZoneSize> zones, DatabaseReport report) {
    return switch (report) {
      case DatabaseReport.Unreachable _ -> List.of();
      case DatabaseReport.Reached reached -> {
        Map<String, Integer> shards = shardsByNode(reached.description());
        yield leaving(zones).filter(node -> !shards.containsKey(node)).toList();
      }
    };
  }

  private Scaling plan() {
    return switch (report) {
      case DatabaseReport.Unreachable _ -> waiting();
      case DatabaseReport.Reached reached -> plan(reached.description());
    };
  }

  private Scaling waiting() {
    String sentence = "the database does not answer, so nothing is taken away";
    List<Leaving> all =
        leaving(zones).map(node -> new Leaving(node, Step.CHECKING, 0, sentence)).toList();
    return new Scaling(sizes(node -> false), List.of(), all, Optional.empty());
  }

  private Scaling plan(DescribeClusterResponse cluster) {
    Map<String, Member> members =
        cluster.getMembersList().stream().collect(Collectors.toMap(Member::getNode, it -> it));
    Set<String> going = leaving(zones).collect(Collectors.toCollection(LinkedHashSet::new));
    List<NodeAct> acts = new ArrayList<>(returning(members));
    Optional<Obstacle> obstacle =
        going.stream().allMatch(node -> isDrained(node, members))
            ? Optional.empty()
            : new Room(cluster, going, askedNodes()).obstacle();
    Map<String, Integer> shards = shardsByNode(cluster);
    List<Leaving> leaving = new ArrayList<>();
    for (String node : going) {
      if (!isDrained(node, members) && obstacle.isEmpty()) {
        acts.add(new NodeAct.Drain(node));
      }
      leaving.add(leaving(node, isDrained(node, members), shards, obstacle, cluster));
    }
    return new Scaling(sizes(this::isEmptyForGood), acts, leaving, obstacle);
  }

  /** Nodes that are asked for again and were drained for nothing else. */
  private List<NodeAct> returning(Map<String, Member> members) {
    return zones.stream()
        .flatMap(zone -> zone.staying().stream())
        .map(members::get)
        .filter(member -> member != null && member.getDrained())
        .filter(member -> member.getDrainReason().equals(REASON))
        .<NodeAct>map(member -> new NodeAct.Undrain(member.getNode()))
        .toList();
  }

  private boolean isDrained(String node, Map<String, Member> members) {
    Member member = members.get(node);
    DrainCheck check = checks.get(node);
    return member != null && member.getDrained() || check != null && check.drained();
  }

  private boolean isEmptyForGood(String node) {
    DrainCheck check = checks.get(node);
    return check != null && check.isEmptyForGood();
  }

  private Leaving leaving(
      String node,
      boolean drained,
      Map<String, Integer> shards,
      Optional<Obstacle> obstacle,
      DescribeClusterResponse cluster) {
    int naming = shards.getOrDefault(node, 0);
    if (!drained) {
      String why = obstacle.map(Obstacle::sentence).orElse("it is being told to drain");
      return new Leaving(node, Step.CHECKING, naming, why);
    }
    if (naming > 0) {
      return new Leaving(node, Step.DRAINING, naming, whatMoves(node, naming, cluster));
    }
    DrainCheck check = checks.get(node);
    if (check == null) {
      return new Leaving(node, Step.VERIFYING, 0, "the metadata store could not be asked");
    }
    return check.isEmptyForGood()
        ? new Leaving(node, Step.REMOVING, 0, "no shard names it any more, and its pod goes")
        : new Leaving(
            node, Step.DRAINING, check.shards().size(), "shards " + check.shards() + " name it");
  }

  private static String whatMoves(String node, int naming, DescribeClusterResponse cluster) {
    String first =
        cluster.getShardsList().stream()
            .filter(shard -> names(shard).anyMatch(node::equals))
            .map(shard -> "shard " + shard.getId() + " (" + why(shard) + ")")
            .findFirst()
            .orElse("none");
    return naming + " shards name it, the first is " + first;
  }

  private static String why(Shard shard) {
    if (shard.getLeader().isEmpty()) {
      return "has no leader";
    }
    return shard.getMoving() ? "moves: " + shard.getReason() : "waits for its turn";
  }

  /** From above, for as long as the nodes may go; a StatefulSet lets no other go first. */
  private Map<String, Integer> sizes(Predicate<String> mayGo) {
    Map<String, Integer> sizes = new HashMap<>();
    for (ZoneSize zone : zones) {
      long going = zone.leaving().stream().takeWhile(mayGo).count();
      sizes.put(zone.zone(), Math.max(zone.asked(), zone.there() - (int) going));
    }
    return sizes;
  }

  private int askedNodes() {
    return zones.stream().mapToInt(ZoneSize::asked).sum();
  }

  private static Stream<String> leaving(List<ZoneSize> zones) {
    return zones.stream().flatMap(zone -> zone.leaving().stream());
  }

  private static Map<String, Integer> shardsByNode(DescribeClusterResponse cluster) {
    Map<String, Integer> shards = new HashMap<>();
    cluster
        .getShardsList()
        .forEach(shard -> names(shard).forEach(node -> shards.merge(node, 1, Integer::sum)));
    return shards;
  }

  /** Nodes that have a replica of it or are to get one. */
  private static Stream<String> names(Shard shard) {
    return Stream.concat(
            shard.getReplicasList().stream().map(replica -> replica.getNode()),
            shard.getWantedList().stream())
        .distinct();
  }
}
