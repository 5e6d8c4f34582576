package dev.keelson.datanode;

import dev.keelson.datanode.snapshot.SnapshotEvent;
import io.prometheus.client.CollectorRegistry;
import io.prometheus.client.Counter;

/** What becomes of the snapshots of a node's shards. */
final class SnapshotMetrics {
  private final Counter taken;
  private final Counter takenBytes;
  private final Counter sentBytes;
  private final Counter receivedBytes;
  private final Counter resumed;
  private final Counter restored;
  private final Counter givenUp;
  private final Counter damaged;

  SnapshotMetrics(CollectorRegistry registry) {
    taken = counter("taken", "Snapshots of shards that were taken here.", registry);
    takenBytes = counter("taken_bytes", "Their sizes.", registry);
    sentBytes = counter("sent_bytes", "Blocks of snapshots given to peers.", registry);
    receivedBytes = counter("received_bytes", "Blocks of snapshots got from peers.", registry);
    resumed = counter("resumed", "Transfers that went on where they were cut off.", registry);
    restored = counter("restored", "Snapshots that became a replica's rows.", registry);
    givenUp = counter("given_up", "Snapshots given up before they were whole.", registry);
    damaged = counter("damaged", "Snapshots that could not be read.", registry);
  }

  private static Counter counter(String name, String help, CollectorRegistry registry) {
    return Counter.build("keelson_snapshots_" + name + "_total", help).register(registry);
  }

  void count(SnapshotEvent event) {
    switch (event) {
      case SnapshotEvent.Taken one -> {
        taken.inc();
        takenBytes.inc(one.bytes());
      }
      case SnapshotEvent.Sent block -> sentBytes.inc(block.bytes());
      case SnapshotEvent.Received block -> receivedBytes.inc(block.bytes());
      case SnapshotEvent.Resumed ignored -> resumed.inc();
      case SnapshotEvent.Restored ignored -> restored.inc();
      case SnapshotEvent.GivenUp ignored -> givenUp.inc();
      case SnapshotEvent.Damaged ignored -> damaged.inc();
      case SnapshotEvent.Based ignored -> {}
    }
  }
}
