package dev.keelson.datanode;

import dev.keelson.proto.internal.v1.ReplicaStatus;
import dev.keelson.runtime.health.Health;
import dev.keelson.runtime.metrics.Metrics;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.TimeoutException;

/**
 * Looks, once a second, whether the node is ready: registered once, and each replica that etcd
 * places here is open. A lost quorum, a lost etcd or a full disk are no reason to be unready: the
 * node does what can be done then, and nothing is won by sending its peers away. They are told as
 * complaints instead.
 */
final class Readiness implements AutoCloseable {
  private static final Duration PERIOD = Duration.ofSeconds(1);
  private static final Duration AT_START = Duration.ofMillis(100);

  private final Health.Part membership;
  private final Health.Part replicas;
  private final NodeRegistration registration;
  private final ShardHost host;
  private final NodeReport report;
  private final ReplicaMetrics metrics;
  private final Future<?> task;
  private boolean wasRegistered;
  private boolean wereOpen;

  Readiness(
      Health health,
      NodeRegistration registration,
      ShardHost host,
      NodeReport report,
      Metrics metrics,
      ExecutorService background) {
    this.membership = health.part("membership");
    this.replicas = health.part("replicas");
    this.registration = registration;
    this.host = host;
    this.report = report;
    this.metrics = new ReplicaMetrics(metrics.registry());
    this.task = background.submit(this::watch);
  }

  private void watch() {
    try {
      while (!Thread.interrupted()) {
        look();
        Thread.sleep(wasRegistered && wereOpen ? PERIOD : AT_START);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void look() throws InterruptedException {
    if (!wasRegistered && registration.isHeld()) {
      wasRegistered = true;
      membership.ready();
    }
    try {
      List<ReplicaStatus> open = report.replicas();
      metrics.show(open, report.complaints().size());
      judge(open.size());
    } catch (ExecutionException | TimeoutException e) {
      replicas.notReady("the shard loop does not answer");
      wereOpen = false;
    }
  }

  private void judge(int open) {
    Optional<Long> expected = host.expected();
    if (expected.isEmpty()) {
      replicas.notReady("etcd has not told which replicas lie here");
    } else if (open < expected.get() && !wereOpen) {
      replicas.notReady("opening: " + open + " of " + expected.get());
    } else {
      wereOpen = true;
      replicas.ready();
    }
  }

  @Override
  public void close() {
    membership.notReady("stopping");
    task.cancel(true);
  }
}
