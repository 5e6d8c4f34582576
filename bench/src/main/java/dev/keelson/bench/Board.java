package dev.keelson.bench;

import dev.keelson.bench.Load.Kind;
import dev.keelson.bench.Load.Result;
import dev.keelson.client.KeelsonClient;
import dev.keelson.client.TableDefinition;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;

/**
 * {@code board ROUTERS ETCD_MEMBERS [SECONDS]}: durable writes and linearizable reads of 256 bytes
 * per second, at 1, 16 and 64 clients, targets in turn within one run. Addresses are separated by
 * commas.
 */
public final class Board {
  private static final int VALUE_BYTES = 256;
  private static final int KEYS = 20_000;
  private static final int CONNECTIONS = 4;
  private static final int[] CLIENTS = {1, 16, 64};

  private final List<Target> targets;
  private final Duration measured;

  /** A place in the table. */
  private record Place(String target, Kind kind, int clients) {}

  private Board(List<Target> targets, Duration measured) {
    this.targets = targets;
    this.measured = measured;
  }

  public static void main(String[] arguments) throws InterruptedException {
    List<String> routers = List.of(arguments[0].split(","));
    List<String> etcd = List.of(arguments[1].split(","));
    long seconds = arguments.length > 2 ? Long.parseLong(arguments[2]) : 5;
    createTable(routers);
    byte[] value = new byte[VALUE_BYTES];
    new SplittableRandom(1).nextBytes(value);
    List<Target> targets =
        List.of(
            new EtcdUnary(etcd, CONNECTIONS, value),
            new KeelsonUnary(routers, CONNECTIONS, value),
            new KeelsonJavaClient(routers, value));
    try {
      new Board(targets, Duration.ofSeconds(seconds)).run();
    } finally {
      targets.forEach(Target::close);
    }
  }

  private static void createTable(List<String> routers) {
    try (KeelsonClient client = KeelsonClient.connect(routers.toArray(String[]::new))) {
      client.schema().createTableIfNotExists(TableDefinition.parse(KeelsonTable.DEFINITION));
    }
  }

  private void run() throws InterruptedException {
    for (Target target : targets) {
      fill(target);
    }
    Map<Place, Result> results = new HashMap<>();
    for (Kind kind : Kind.values()) {
      System.out.printf(
          "%n%s of %d B, %s%n",
          kind == Kind.PUT ? "durable writes" : "linearizable reads",
          VALUE_BYTES,
          "three replicas");
      System.out.printf(
          "%-24s %8s %12s %10s %10s %10s %10s%n",
          "", "clients", "per second", "p50 ms", "p99 ms", "p99.9 ms", "vs etcd");
      for (int clients : CLIENTS) {
        for (Target target : targets) {
          Load load = new Load(clients, KEYS, Duration.ofSeconds(2), measured);
          Result result = load.run(target, kind);
          results.put(new Place(target.name(), kind, clients), result);
          print(
              target,
              clients,
              result,
              results.get(new Place(targets.getFirst().name(), kind, clients)));
        }
      }
    }
  }

  private static void print(
      Target target, int clients, Result result, @org.jspecify.annotations.Nullable Result etcd) {
    double ratio = etcd == null ? 1 : result.perSecond() / etcd.perSecond();
    System.out.printf(
        "%-24s %8d %,12.0f %10.2f %10.2f %10.2f %9.2fx%s%n",
        target.name(),
        clients,
        result.perSecond(),
        result.p50() / 1e3,
        result.p99() / 1e3,
        result.p999() / 1e3,
        ratio,
        result.failures() == 0
            ? ""
            : "  " + result.failures() + " failed: " + result.firstFailure());
  }

  /** Every key has a value before reads are measured. */
  private static void fill(Target target) throws InterruptedException {
    Semaphore inFlight = new Semaphore(256);
    CountDownLatch written = new CountDownLatch(KEYS);
    List<String> failures = new ArrayList<>();
    for (int key = 0; key < KEYS; key++) {
      inFlight.acquire();
      target.put(
          key,
          new Target.Done() {
            @Override
            public void succeeded() {
              inFlight.release();
              written.countDown();
            }

            @Override
            public void failed(Throwable why) {
              synchronized (failures) {
                failures.add(String.valueOf(why.getMessage()));
              }
              succeeded();
            }
          });
    }
    written.await();
    if (!failures.isEmpty()) {
      throw new IllegalStateException(target.name() + ": filling failed: " + failures.getFirst());
    }
  }
}
