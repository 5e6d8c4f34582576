package dev.keelson.e2e.processes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keelson.client.ClusterDescription;
import dev.keelson.client.ClusterDescription.Shard;
import dev.keelson.e2e.history.History;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * What losing a leader costs, by kind of fault: {@code make failover-board}. Not part of the tests,
 * since {@code -Dkeelson.failover.rounds=100} rounds of each take most of an hour. Needs root.
 */
@Tag("processes")
class FailoverBoard {
  private static final int ROUNDS = Integer.getInteger("keelson.failover.rounds", 5);
  private static final Path PAGE =
      Path.of(System.getProperty("keelson.failover.page", "target/failover"));
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final Duration PACE = Duration.ofMillis(5);
  private static final Duration FAULT = Duration.ofSeconds(4);

  private final SplittableRandom random = new SplittableRandom(1);

  /** What happens to the process that leads a shard drawn by lot. */
  enum Fault {
    STOP("planned stop (SIGTERM)"),
    KILL("kill -9"),
    HANG("hang of 4 s (SIGSTOP)"),
    PARTITION("cut off from all for 4 s"),
    ROUTER("kill -9 of one of two routers");

    final String title;

    Fault(String title) {
      this.title = title;
    }
  }

  @Test
  void blackouts() throws Exception {
    try (Network network = Network.create();
        LocalCluster cluster = LocalCluster.started("board", network);
        Ledger ledger = Ledger.open(cluster, "board", PACE);
        RegisterClients clients = RegisterClients.start(cluster, "board_registers", 4, 4)) {
      Map<Fault, List<Duration>> waits = new EnumMap<>(Fault.class);
      for (int round = 1; round <= ROUNDS; round++) {
        for (Fault fault : Fault.values()) {
          Duration wait = happen(fault, cluster, network, ledger);
          waits.computeIfAbsent(fault, it -> new ArrayList<>()).add(wait);
          System.out.printf(
              "board: round %d of %d: %s: longest wait %d ms%n",
              round, ROUNDS, fault.title, wait.toMillis());
        }
      }
      conclude(waits, ledger, clients.finish());
    }
  }

  private static void conclude(Map<Fault, List<Duration>> waits, Ledger ledger, History history)
      throws IOException {
    Ledger.Balance balance = ledger.settle();
    FailoverPage page = new FailoverPage(waits, balance, history.operations().size());
    page.write(PAGE);
    System.out.println(page.table());
    HistoryTest.judge(history, "board");
    assertThat(balance.isEven()).as(balance.toString()).isTrue();
  }

  /** One round: the longest that any writer of any shard had to wait. */
  private Duration happen(Fault fault, LocalCluster cluster, Network network, Ledger ledger)
      throws InterruptedException {
    cluster.awaitBalance(ledger.client());
    ledger.awaitProgress(LIMIT);
    // What was slow before the fault isn't its doing.
    var unused = ledger.takeLongestWait();
    ServerProcess server =
        fault == Fault.ROUTER
            ? cluster.routers().getFirst()
            : leader(cluster, ledger.client().describeCluster());
    switch (fault) {
      case STOP -> server.stop();
      case KILL, ROUTER -> server.kill();
      case HANG -> server.pause();
      case PARTITION ->
          others(cluster, server.name()).forEach(it -> network.cut(server.name(), it));
    }
    if (fault == Fault.HANG || fault == Fault.PARTITION) {
      TimeUnit.MILLISECONDS.sleep(FAULT.toMillis());
    }
    ledger.awaitProgress(LIMIT);
    Duration wait = ledger.takeLongestWait();
    switch (fault) {
      case STOP, KILL, ROUTER -> server.start().awaitReady();
      case HANG -> server.resume();
      case PARTITION -> network.heal();
    }
    cluster.awaitWhole(ledger.client(), 1_000);
    return wait;
  }

  private ServerProcess leader(LocalCluster cluster, ClusterDescription description) {
    Shard shard = description.shards().get(random.nextInt(description.shards().size()));
    return cluster.node(shard.leader());
  }

  private static List<String> others(LocalCluster cluster, String host) {
    return Stream.concat(Stream.of("etcd"), cluster.servers().stream().map(ServerProcess::name))
        .filter(it -> !it.equals(host))
        .toList();
  }
}
