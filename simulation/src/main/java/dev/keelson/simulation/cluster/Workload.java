package dev.keelson.simulation.cluster;

import java.util.ArrayList;
import java.util.List;

/** All clients of a run. */
public final class Workload {
  private final List<SimulatedClient> clients = new ArrayList<>();

  public Workload(Cluster cluster, int clientCount, int registerCount) {
    SimulatedClient.Registers registers =
        new SimulatedClient.Registers(cluster.shards(), registerCount);
    for (int i = 0; i < clientCount; i++) {
      clients.add(new SimulatedClient(cluster, registers, i % 2 == 1));
    }
  }

  public long completed() {
    return clients.stream().mapToLong(SimulatedClient::completed).sum();
  }

  /** Each client's operations so far. */
  public List<Long> perClient() {
    return clients.stream().map(SimulatedClient::completed).toList();
  }
}
