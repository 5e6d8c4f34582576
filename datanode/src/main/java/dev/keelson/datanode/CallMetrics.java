package dev.keelson.datanode;

import dev.keelson.core.error.DatabaseException;
import dev.keelson.proto.internal.v1.NodeAnswer;
import dev.keelson.proto.internal.v1.NodeCall;
import io.prometheus.client.CollectorRegistry;
import io.prometheus.client.Counter;
import io.prometheus.client.Histogram;
import java.util.EnumMap;
import java.util.Map;
import java.util.function.Consumer;

/** Counts and times what routers ask of the shards here, by kind and outcome. */
final class CallMetrics {
  private static final double NANOS = 1e9;
  private static final String OK = "OK";

  private enum Kind {
    WRITE,
    READ,
    SCAN;

    static Kind of(NodeCall call) {
      return call.hasCommand() ? WRITE : call.hasScan() ? SCAN : READ;
    }
  }

  private record OfKind(Counter.Child answered, Histogram.Child latency) {}

  private final Map<Kind, OfKind> kinds = new EnumMap<>(Kind.class);
  private final Counter calls;
  private final FollowerReadMetrics followerReads;

  CallMetrics(CollectorRegistry registry, FollowerReadMetrics followerReads) {
    this.followerReads = followerReads;
    calls =
        Counter.build(
                "keelson_node_calls_total",
                "Calls to shards of this node that ended, by kind and outcome (OK, or the code of"
                    + " the error).")
            .labelNames("kind", "outcome")
            .register(registry);
    Histogram latency =
        Histogram.build(
                "keelson_node_call_seconds",
                "From a call's arrival at its shard to its answer, by kind.")
            .labelNames("kind")
            .buckets(.00001, .0001, .00025, .0005, .001, .0025, .005, .01, .025, .1, .5, 2, 10)
            .register(registry);
    for (Kind kind : Kind.values()) {
      kinds.put(kind, new OfKind(calls.labels(kind.name(), OK), latency.labels(kind.name())));
    }
  }

  /** The same answer, counted and timed. */
  Consumer<NodeAnswer> timed(NodeCall call, Consumer<NodeAnswer> answer) {
    Kind kind = Kind.of(call);
    long begin = System.nanoTime();
    return given -> {
      ended(kind, given, System.nanoTime() - begin);
      answer.accept(given);
    };
  }

  private void ended(Kind kind, NodeAnswer given, long nanos) {
    OfKind of = kinds.get(kind);
    if (of == null) {
      throw new IllegalStateException("no metrics for " + kind);
    }
    of.latency().observe(nanos / NANOS);
    if (given.hasError()) {
      String code = DatabaseException.fromProto(given.getError().getError()).code().name();
      calls.labels(kind.name(), code).inc();
    } else {
      of.answered().inc();
      followerReads.answered(given);
    }
  }
}
