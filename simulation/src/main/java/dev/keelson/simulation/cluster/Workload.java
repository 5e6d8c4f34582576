package dev.keelson.simulation.cluster;

import dev.keelson.simulation.cluster.SimulatedClient.Habit;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** All clients of a run. */
public final class Workload {
  private final List<SimulatedClient> clients = new ArrayList<>();

  public Workload(Cluster cluster, int clientCount, int registerCount) {
    Registers registers = new Registers(cluster.shards(), registerCount);
    for (int i = 0; i < clientCount; i++) {
      Habit habit = i % 2 == 1 ? Habit.READS_AT_LEADERS : Habit.WRITES_AND_READS;
      clients.add(new SimulatedClient(cluster, registers, habit));
    }
    for (int i = 0; i < 2; i++) {
      clients.add(new SimulatedClient(cluster, registers, Habit.READS_ANYWHERE));
    }
  }

  /** Begins no further operations. */
  public void stop() {
    clients.forEach(SimulatedClient::stop);
  }

  public long completed() {
    return clients.stream().mapToLong(SimulatedClient::completed).sum();
  }

  /** Each client's operations so far. */
  public List<Long> perClient() {
    return clients.stream().map(SimulatedClient::completed).toList();
  }

  /** Whether each client has completed at least {@code more} operations since. */
  public boolean isBeyond(List<Long> before, int more) {
    List<Long> now = perClient();
    return IntStream.range(0, now.size()).allMatch(i -> now.get(i) >= before.get(i) + more);
  }
}
