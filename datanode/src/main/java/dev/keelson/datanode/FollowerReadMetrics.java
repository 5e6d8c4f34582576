package dev.keelson.datanode;

import dev.keelson.proto.internal.v1.NodeAnswer;
import dev.keelson.proto.v1.Proof;
import io.prometheus.client.CollectorRegistry;
import io.prometheus.client.Counter;
import io.prometheus.client.Histogram;

/** What replicas of this node answer without leading, and what they ask leaders for that (R11). */
final class FollowerReadMetrics {
  private static final double MILLIS = 1e3;

  private final Counter certificates;
  private final Counter.Child certified;
  private final Counter.Child unproven;
  private final Histogram age;

  FollowerReadMetrics(CollectorRegistry registry) {
    certificates =
        Counter.build(
                "keelson_node_certificates_asked_total",
                "Certificates that followers here asked leaders for, to serve BOUNDED reads.")
            .register(registry);
    Counter reads =
        Counter.build(
                "keelson_node_follower_reads_total",
                "Reads that replicas here answered without leading, by whether their age was"
                    + " certified. Those refused are calls with the outcome TOO_STALE.")
            .labelNames("age")
            .register(registry);
    certified = reads.labels("certified");
    unproven = reads.labels("unknown");
    age =
        Histogram.build(
                "keelson_node_follower_read_age_seconds",
                "How old answers with a certified age were at most.")
            .buckets(.001, .002, .005, .01, .02, .05, .1, .25, .5, 1, 2, 5, 10, 60, 600)
            .register(registry);
  }

  void asked(int count) {
    certificates.inc(count);
  }

  void answered(NodeAnswer given) {
    if (given.getProof() != Proof.FOLLOWER) {
      return;
    }
    if (given.hasAgeMillis()) {
      certified.inc();
      age.observe(given.getAgeMillis() / MILLIS);
    } else {
      unproven.inc();
    }
  }
}
