package dev.keelson.datanode;

import dev.keelson.proto.internal.v1.FollowerLag;
import dev.keelson.proto.internal.v1.ReplicaStatus;
import io.prometheus.client.CollectorRegistry;
import io.prometheus.client.Counter;
import io.prometheus.client.Gauge;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What the replicas of a node do, as seen once a second. */
final class ReplicaMetrics {
  private static final String LEADER = "LEADER";

  private final Gauge replicas;
  private final Gauge leaders;
  private final Gauge rows;
  private final Gauge lag;
  private final Gauge unapplied;
  private final Gauge baseIndex;
  private final Gauge logBytes;
  private final Gauge complaints;
  private final Counter terms;
  private final Counter entries;
  private final Map<Integer, ReplicaStatus> before = new HashMap<>();

  ReplicaMetrics(CollectorRegistry registry) {
    replicas = gauge("replicas", "Replicas on this node.", registry);
    leaders = gauge("leaders", "Shards that this node leads.", registry);
    rows = gauge("rows", "Rows of all replicas on this node.", registry);
    lag = gauge("greatest_lag_entries", "What the slowest follower lacks, in entries.", registry);
    unapplied = gauge("unapplied_entries", "Committed entries that are not applied.", registry);
    baseIndex =
        gauge(
            "snapshot_indexes",
            "Indexes of the snapshots that the logs on this node begin behind, together.",
            registry);
    logBytes =
        gauge(
            "kept_log_bytes",
            "What was applied since the last snapshots: a start applies it again.",
            registry);
    complaints = gauge("complaints", "What is not well on this node.", registry);
    terms = counter("terms", "Terms that replicas of this node have entered.", registry);
    entries = counter("committed_entries", "Entries that became committed here.", registry);
  }

  private static Gauge gauge(String name, String help, CollectorRegistry registry) {
    return Gauge.build("keelson_node_" + name, help).register(registry);
  }

  private static Counter counter(String name, String help, CollectorRegistry registry) {
    return Counter.build("keelson_node_" + name + "_total", help).register(registry);
  }

  void show(List<ReplicaStatus> open, int complaintCount) {
    complaints.set(complaintCount);
    replicas.set(open.size());
    leaders.set(open.stream().filter(it -> it.getRole().equals(LEADER)).count());
    rows.set(open.stream().mapToLong(ReplicaStatus::getRows).sum());
    lag.set(open.stream().mapToLong(ReplicaMetrics::lag).max().orElse(0));
    unapplied.set(open.stream().mapToLong(it -> it.getCommitIndex() - it.getAppliedIndex()).sum());
    baseIndex.set(open.stream().mapToLong(ReplicaStatus::getBaseIndex).sum());
    logBytes.set(open.stream().mapToLong(ReplicaStatus::getLogBytes).sum());
    open.forEach(this::count);
  }

  private void count(ReplicaStatus now) {
    ReplicaStatus last = before.put(now.getShard(), now);
    if (last != null) {
      terms.inc(Math.max(0, now.getTerm() - last.getTerm()));
      entries.inc(Math.max(0, now.getCommitIndex() - last.getCommitIndex()));
    }
  }

  private static long lag(ReplicaStatus status) {
    return status.getFollowersList().stream()
        .mapToLong(FollowerLag::getMatchIndex)
        .map(it -> Math.max(0, status.getLastIndex() - it))
        .max()
        .orElse(0);
  }
}
