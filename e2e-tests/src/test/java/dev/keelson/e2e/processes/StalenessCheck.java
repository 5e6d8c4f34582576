package dev.keelson.e2e.processes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.keelson.client.ColumnType;
import dev.keelson.client.KeelsonClient;
import dev.keelson.client.KeelsonException;
import dev.keelson.client.Row;
import dev.keelson.client.Table;
import dev.keelson.client.TableDefinition;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * One row that is written over and over, and readers of it: what a read finds must not be older
 * than what was acknowledged to the writer, or found by any reader, before the read began.
 */
final class StalenessCheck implements AutoCloseable {
  private static final int READERS = 3;
  private static final Row KEY = Row.of("id", 1L);

  private final List<KeelsonClient> clients = new ArrayList<>();
  private final List<Thread> threads = new ArrayList<>();
  private final AtomicLong known = new AtomicLong();
  private final AtomicLong reads = new AtomicLong();
  private final AtomicLong writes = new AtomicLong();
  private final AtomicLong failures = new AtomicLong();
  private final ConcurrentLinkedQueue<String> stale = new ConcurrentLinkedQueue<>();
  private volatile boolean stopped;
  private volatile int shard;

  private StalenessCheck() {}

  static StalenessCheck start(LocalCluster cluster, String name) {
    StalenessCheck check = new StalenessCheck();
    KeelsonClient writer = check.client(cluster);
    writer
        .schema()
        .createTable(
            TableDefinition.named(name)
                .notNull("id", ColumnType.INT64)
                .column("count", ColumnType.INT64)
                .partitionBy("id")
                .build());
    check.write(writer.table(name));
    check.run("writer of " + name, () -> check.write(writer.table(name)));
    for (int number = 0; number < READERS; number++) {
      Table table = check.client(cluster).table(name);
      check.run("reader " + number + " of " + name, () -> check.read(table));
    }
    return check;
  }

  private KeelsonClient client(LocalCluster cluster) {
    KeelsonClient client = cluster.client();
    clients.add(client);
    return client;
  }

  private void run(String name, Runnable step) {
    Thread thread =
        new Thread(
            () -> {
              while (!stopped) {
                try {
                  step.run();
                } catch (KeelsonException e) {
                  failures.incrementAndGet();
                }
                LockSupport.parkNanos(1_000_000);
              }
            },
            name);
    thread.start();
    threads.add(thread);
  }

  private void write(Table table) {
    var written = table.put(KEY.with("count", writes.get()));
    shard = written.served().shard();
    learn(written.version());
    writes.incrementAndGet();
  }

  private void read(Table table) {
    long floor = known.get();
    var answer = table.lookup(KEY);
    long version = answer.row().map(Row::version).orElse(0L);
    if (version < floor) {
      stale.add("version " + version + " after " + floor + " from " + answer.served());
    }
    learn(version);
    reads.incrementAndGet();
  }

  private void learn(long version) {
    known.accumulateAndGet(version, Math::max);
  }

  int shard() {
    return shard;
  }

  /** Waits for more reads and another write. */
  void awaitProgress(Duration limit) {
    long readsBefore = reads.get();
    long writesBefore = writes.get();
    await("reads and writes of one row")
        .atMost(limit)
        .pollInterval(Duration.ofMillis(10))
        .until(() -> reads.get() > readsBefore + READERS && writes.get() > writesBefore + 1);
  }

  /** Ends it and fails if anything was stale. */
  void finish() {
    close();
    assertThat(reads.get()).as("reads").isPositive();
    assertThat(stale).as("stale reads of %s", this).isEmpty();
  }

  @Override
  public void close() {
    stopped = true;
    for (Thread thread : threads) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException("interrupted while waiting for " + thread.getName(), e);
      }
    }
    clients.forEach(KeelsonClient::close);
  }

  @Override
  public String toString() {
    return reads
        + " reads beside "
        + writes
        + " writes, "
        + failures
        + " failed, "
        + stale.size()
        + " stale";
  }
}
