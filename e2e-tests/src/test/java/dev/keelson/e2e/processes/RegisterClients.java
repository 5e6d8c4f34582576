package dev.keelson.e2e.processes;

import static org.awaitility.Awaitility.await;

import dev.keelson.client.ColumnType;
import dev.keelson.client.Consistency;
import dev.keelson.client.KeelsonClient;
import dev.keelson.client.KeelsonException;
import dev.keelson.client.Lookup;
import dev.keelson.client.Row;
import dev.keelson.client.Served;
import dev.keelson.client.Table;
import dev.keelson.client.TableDefinition;
import dev.keelson.e2e.history.History;
import dev.keelson.e2e.history.Operation;
import dev.keelson.e2e.history.Operation.Kind;
import dev.keelson.e2e.history.Operation.Level;
import dev.keelson.e2e.history.Operation.Outcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * Clients that read and write the same few registers, each with a connection of its own, and note
 * what they see.
 */
final class RegisterClients implements AutoCloseable {
  private static final Duration TIMEOUT = Duration.ofSeconds(3);
  private static final Duration PACE = Duration.ofMillis(2);
  private static final long VALUES_OF_A_CLIENT = 1L << 40;

  /** From what a follower must ask for nearly each time to what it nearly always knows. */
  private static final List<Duration> BOUNDS =
      List.of(Duration.ofMillis(5), Duration.ofMillis(100), Duration.ofSeconds(2));

  private final History history = new History();
  private final AtomicLong certified = new AtomicLong();
  private final List<KeelsonClient> connections = new ArrayList<>();
  private final List<Thread> threads = new ArrayList<>();
  private final int registers;
  private volatile boolean stopped;

  private RegisterClients(int registers) {
    this.registers = registers;
  }

  static RegisterClients start(LocalCluster cluster, String table, int clients, int registers) {
    RegisterClients all = new RegisterClients(registers);
    try (KeelsonClient client = cluster.client()) {
      client
          .schema()
          .createTable(
              TableDefinition.named(table)
                  .notNull("id", ColumnType.STRING)
                  .column("value", ColumnType.INT64)
                  .partitionBy("id")
                  .build());
    }
    for (int number = 1; number <= clients; number++) {
      KeelsonClient connection = cluster.client();
      all.connections.add(connection);
      all.run(number, connection.table(table).withTimeout(TIMEOUT));
    }
    return all;
  }

  private void run(int client, Table table) {
    SplittableRandom random = new SplittableRandom(client);
    Thread thread =
        new Thread(
            () -> {
              for (long count = 1; !stopped; count++) {
                Row key = Row.of("id", "register-" + random.nextInt(registers));
                if (random.nextBoolean()) {
                  write(client, table, key, client * VALUES_OF_A_CLIENT + count);
                } else {
                  read(client, table, key, random);
                }
                LockSupport.parkNanos(PACE.toNanos());
              }
            },
            "client " + client);
    thread.start();
    threads.add(thread);
  }

  private void write(int client, Table table, Row key, long value) {
    long from = System.nanoTime();
    try {
      long version = table.put(key.with("value", value)).version();
      note(client, key, value, version, Outcome.DONE, from);
    } catch (KeelsonException e) {
      Outcome outcome = e.outcomeUnknown() ? Outcome.UNKNOWN : Outcome.REFUSED;
      note(client, key, value, 0, outcome, from);
    }
  }

  /** At all levels: the session promises the same at each. */
  private void read(int client, Table table, Row key, SplittableRandom random) {
    switch (random.nextInt(4)) {
      case 0 -> read(client, table.reading(Consistency.STALE), Level.STALE, key);
      case 1 -> {
        Duration bound = BOUNDS.get(random.nextInt(BOUNDS.size()));
        read(client, table.reading(Consistency.bounded(bound)), Level.BOUNDED, key);
      }
      default -> read(client, table, Level.LINEARIZABLE, key);
    }
  }

  private void read(int client, Table table, Level level, Row key) {
    long from = System.nanoTime();
    try {
      Lookup found = table.lookup(key);
      long value = found.row().map(it -> it.longValue("value")).orElse(0L);
      long version = found.row().map(Row::version).orElse(0L);
      long age = found.served().maxAge().orElse(Duration.ZERO).toNanos();
      if (level == Level.BOUNDED && found.served().proof() == Served.Proof.FOLLOWER) {
        certified.incrementAndGet();
      }
      history.add(
          new Operation(
              client,
              Kind.READ,
              level,
              key.string("id"),
              value,
              version,
              Outcome.DONE,
              from,
              System.nanoTime(),
              age));
    } catch (KeelsonException e) {
      // A read that failed says nothing.
      LockSupport.parkNanos(PACE.toNanos());
    }
  }

  private void note(int client, Row key, long value, long version, Outcome outcome, long from) {
    history.add(
        new Operation(
            client,
            Kind.WRITE,
            Level.LINEARIZABLE,
            key.string("id"),
            value,
            version,
            outcome,
            from,
            System.nanoTime()));
  }

  /** Waits for more answers, as many as there are clients. */
  void awaitProgress(Duration limit) {
    long before = answered();
    await("answers of registers")
        .atMost(limit)
        .pollInterval(Duration.ofMillis(20))
        .until(() -> answered() >= before + threads.size());
  }

  private long answered() {
    return history.count(it -> it.outcome() == Outcome.DONE);
  }

  /** BOUNDED reads that a follower has answered. */
  long certified() {
    return certified.get();
  }

  /** Ends the clients and hands out what they saw. */
  History finish() {
    close();
    return history;
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
    connections.forEach(KeelsonClient::close);
    connections.clear();
  }
}
