package dev.keelson.e2e.processes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keelson.e2e.history.History;
import dev.keelson.e2e.history.Operation.Outcome;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * What concurrent clients see of a few registers, through two routers and at all levels, while
 * processes are killed and stopped: linearizability is judged by two checkers that know nothing of
 * each other, ages and sessions by one each.
 *
 * <p>{@code -Dkeelson.history.faults=100} is the long form, {@code -Dkeelson.history.seed=N} draws
 * other faults.
 */
@Tag("processes")
@ExtendWith(ClusterExtension.class)
class HistoryTest {
  private static final int FAULTS = Integer.getInteger("keelson.history.faults", 6);
  private static final long SEED = Long.getLong("keelson.history.seed", 1);
  private static final int CLIENTS = 6;
  private static final int REGISTERS = 5;
  private static final Duration LIMIT = Duration.ofSeconds(60);

  private final SplittableRandom random = new SplittableRandom(SEED);

  @Test
  void what_clients_see_is_as_their_levels_promise_whatever_is_killed_or_stopped(
      LocalCluster cluster) throws Exception {
    History history;
    try (RegisterClients clients = RegisterClients.start(cluster, "history", CLIENTS, REGISTERS)) {
      for (int fault = 1; fault <= FAULTS; fault++) {
        clients.awaitProgress(LIMIT);
        String what = happen(cluster);
        clients.awaitProgress(LIMIT);
        cluster.awaitWhole();
        System.out.printf("history: fault %d of %d: %s%n", fault, FAULTS, what);
      }
      history = clients.finish();
      System.out.printf("history: %d reads by certificates%n", clients.certified());
      assertThat(clients.certified()).as("reads that a follower has answered").isPositive();
    }
    judge(history, "history");
  }

  /** Fails if a correct database could not have shown it; the history stays for whoever looks. */
  static void judge(History history, String name) throws IOException {
    Path file = Tools.logs().resolve(name + ".jsonl");
    history.write(file);
    System.out.printf(
        "%s: %d answered, %d refused, %d unknown operations%n",
        name,
        history.count(it -> it.outcome() == Outcome.DONE),
        history.count(it -> it.outcome() == Outcome.REFUSED),
        history.count(it -> it.outcome() == Outcome.UNKNOWN));
    assertThat(history.violations()).as("in %s", file).isEmpty();
    Tools.Result second = Tools.run(List.of(Tools.historyChecker().toString(), file.toString()));
    assertThat(second.exitCode()).as("%s of %s", second.output(), file).isZero();
  }

  private String happen(LocalCluster cluster) throws InterruptedException {
    ServerProcess node = any(cluster.nodes());
    return switch (random.nextInt(5)) {
      case 0 -> {
        node.kill();
        node.start().awaitReady();
        yield "killed " + node.name();
      }
      case 1 -> {
        Duration time = Duration.ofMillis(random.nextLong(500, 4_000));
        pause(node, time);
        yield "stopped " + node.name() + " for " + time;
      }
      case 2 -> {
        ServerProcess router = any(cluster.routers());
        router.kill();
        router.start().awaitReady();
        yield "killed " + router.name();
      }
      case 3 -> {
        Duration time = Duration.ofMillis(random.nextLong(500, 2_000));
        pause(cluster.etcd(), time);
        yield "stopped etcd for " + time;
      }
      default -> {
        cluster.nodes().forEach(ServerProcess::kill);
        cluster.nodes().forEach(ServerProcess::start);
        cluster.nodes().forEach(ServerProcess::awaitReady);
        yield "killed all data nodes";
      }
    };
  }

  private ServerProcess any(List<ServerProcess> servers) {
    return servers.get(random.nextInt(servers.size()));
  }

  /** A hung process: the fault itself lasts that long, nothing is waited for. */
  private static void pause(ServerProcess server, Duration time) throws InterruptedException {
    server.pause();
    try {
      TimeUnit.MILLISECONDS.sleep(time.toMillis());
    } finally {
      server.resume();
    }
  }
}
