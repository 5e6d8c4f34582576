package dev.keelson.router.rpc;

import dev.keelson.core.error.DatabaseException;
import dev.keelson.router.request.Outcome;
import io.prometheus.client.CollectorRegistry;
import io.prometheus.client.Counter;
import io.prometheus.client.Gauge;
import io.prometheus.client.Histogram;
import java.util.EnumMap;
import java.util.Map;

/** Counts and times requests by method and outcome, whichever way they came. */
public final class RequestMetrics {
  /** What a client can ask for; the name is the label. */
  enum Method {
    GET,
    BATCH_GET,
    PUT,
    INSERT,
    UPDATE,
    DELETE,
    WRITE_BATCH,
    SCAN,
    SCAN_TABLE,
    BULK_LOAD,
    OPEN_SESSION,
    SCHEMA,
    DESCRIBE_CLUSTER,
    PLACEMENT
  }

  private static final double NANOS = 1e9;

  private record OfMethod(Counter.Child succeeded, Histogram.Child latency) {}

  private final Map<Method, OfMethod> methods = new EnumMap<>(Method.class);
  private final Counter requests;
  private final Gauge inFlight;
  private final Gauge multiplexStreams;

  public RequestMetrics(CollectorRegistry registry) {
    requests =
        Counter.build()
            .name("keelson_router_requests_total")
            .help("Requests that ended, by method and outcome (OK, or the code of the error).")
            .labelNames("method", "outcome")
            .register(registry);
    Histogram latency =
        Histogram.build()
            .name("keelson_router_request_seconds")
            .help("From a request's arrival to its answer, by method.")
            .labelNames("method")
            .buckets(
                .0001, .00025, .0005, .001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10)
            .register(registry);
    inFlight =
        Gauge.build()
            .name("keelson_router_requests_in_flight")
            .help("Requests that have no answer yet.")
            .register(registry);
    multiplexStreams =
        Gauge.build()
            .name("keelson_router_multiplex_streams")
            .help("Open Multiplex streams of clients.")
            .register(registry);
    for (Method method : Method.values()) {
      methods.put(
          method,
          new OfMethod(requests.labels(method.name(), "OK"), latency.labels(method.name())));
    }
  }

  void multiplexOpened() {
    multiplexStreams.inc();
  }

  void multiplexClosed() {
    multiplexStreams.dec();
  }

  /** An outcome that is counted and timed from now on. */
  <A> Outcome<A> timed(Method method, Outcome<A> outcome) {
    return new Timed<>(this, method, outcome);
  }

  private void ended(Method method, String outcome, long startNanos) {
    inFlight.dec();
    OfMethod of = methods.get(method);
    if (of == null) {
      throw new IllegalStateException("no metrics for " + method);
    }
    of.latency().observe((System.nanoTime() - startNanos) / NANOS);
    if (outcome.equals("OK")) {
      of.succeeded().inc();
    } else {
      requests.labels(method.name(), outcome).inc();
    }
  }

  private static final class Timed<A> implements Outcome<A> {
    private final RequestMetrics metrics;
    private final Method method;
    private final Outcome<A> outcome;
    private final long startNanos = System.nanoTime();

    Timed(RequestMetrics metrics, Method method, Outcome<A> outcome) {
      this.metrics = metrics;
      this.method = method;
      this.outcome = outcome;
      metrics.inFlight.inc();
    }

    @Override
    public void answered(A answer) {
      metrics.ended(method, "OK", startNanos);
      outcome.answered(answer);
    }

    @Override
    public void failed(DatabaseException why) {
      metrics.ended(method, why.code().name(), startNanos);
      outcome.failed(why);
    }

    @Override
    public boolean abandoned() {
      return outcome.abandoned();
    }
  }
}
