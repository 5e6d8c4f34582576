package dev.keelson.simulation.cluster;

import dev.keelson.coordination.MetadataKeys;
import dev.keelson.coordination.MetadataStore.Entry;
import dev.keelson.coordination.MetadataStore.Listing;
import dev.keelson.coordination.MetadataStore.Watcher;
import dev.keelson.core.replication.LogEntry;
import dev.keelson.core.replication.Replica;
import dev.keelson.core.replication.ReplicationSettings;
import dev.keelson.core.shard.NodeId;
import dev.keelson.core.shard.ShardId;
import dev.keelson.datanode.disk.SimulatedDisk;
import dev.keelson.datanode.journal.Journal;
import dev.keelson.datanode.journal.JournalConfig;
import dev.keelson.datanode.journal.OpenedJournal;
import dev.keelson.datanode.shard.LoopEvents;
import dev.keelson.datanode.shard.LoopSettings;
import dev.keelson.datanode.shard.MetadataShardRecords;
import dev.keelson.datanode.shard.ShardLoop;
import dev.keelson.datanode.shard.ShardOpening;
import dev.keelson.datanode.storage.InMemoryRows;
import dev.keelson.simulation.check.Violation;
import dev.keelson.simulation.world.SimulatedMetadataStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;

/** A data node: what survives a crash here, what does not in {@link Process}. */
final class SimulatedNode {
  private final NodeId id;
  private final Cluster cluster;
  private SimulatedDisk disk;
  private final double clockRate;
  private long boot;
  private int disksLost;
  private boolean dead;
  private Optional<Process> process = Optional.empty();

  /** One start of the node. */
  private record Process(
      SimulatedLoop loop,
      ShardLoop shards,
      SimulatedMetadataStore store,
      SimulatedDiskQueue queue) {}

  SimulatedNode(NodeId id, Cluster cluster, double clockRate) {
    this.id = id;
    this.cluster = cluster;
    this.clockRate = clockRate;
    disk = new SimulatedDisk(cluster.random(), 1L << 30);
  }

  NodeId id() {
    return id;
  }

  String diskName() {
    return "disk-" + id + (disksLost == 0 ? "" : "-" + disksLost);
  }

  long boot() {
    return boot;
  }

  boolean isUp() {
    return process.isPresent();
  }

  boolean isPaused() {
    return process.filter(it -> it.loop().isPaused()).isPresent();
  }

  Optional<ShardLoop> shards() {
    return process.map(Process::shards);
  }

  void start() {
    boot++;
    SimulatedLoop loop =
        new SimulatedLoop(cluster.time(), clockRate, cluster.random().nextLong(1L << 50));
    SimulatedDiskQueue queue =
        new SimulatedDiskQueue(cluster.time(), cluster.random(), cluster.faults());
    SimulatedMetadataStore store =
        new SimulatedMetadataStore(
            cluster.time(), cluster.random(), cluster.faults(), cluster.metadata());
    OpenedJournal opened = open(queue);
    long promiseUntil = loop.nanoTime() + ReplicationSettings.DEFAULTS.lease().toNanos();
    LoopSettings settings = LoopSettings.defaults(id, boot, diskName(), promiseUntil);
    Events events = new Events();
    ShardOpening opening =
        new ShardOpening(
            settings, loop, opened, shard -> new InMemoryRows(), cluster.random(), events);
    ShardLoop shards =
        new ShardLoop(
            settings,
            loop,
            opened.journal(),
            opening,
            new SimulatedPeers(id, cluster),
            new MetadataShardRecords(store),
            events);
    process = Optional.of(new Process(loop, shards, store, queue));
    var unused = store.watch(MetadataKeys.SHARDS, new ShardWatcher(shards));
    shards.start();
  }

  private OpenedJournal open(Executor queue) {
    try {
      return Journal.open(
          disk,
          JournalConfig.small(256 << 10),
          queue,
          queue,
          (what, cause) -> {
            throw new Violation(
                id + ": the disk failed although no fault was made: " + what + " " + cause);
          });
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The process ends in the middle of whatever it does. */
  void crash(boolean powerLoss) {
    process.ifPresent(
        it -> {
          it.loop().end();
          it.store().close();
          it.queue().end();
        });
    process = Optional.empty();
    if (powerLoss) {
      disk.losePower();
    } else {
      disk.killProcess();
    }
  }

  /** The node's disk is lost; it returns with an empty one of another name (R13). */
  void replaceDisk() {
    disksLost++;
    disk = new SimulatedDisk(cluster.random(), 1L << 30);
  }

  void killForGood() {
    dead = true;
  }

  boolean isDead() {
    return dead;
  }

  void pause() {
    process.ifPresent(it -> it.loop().pause());
  }

  void resume() {
    process.ifPresent(it -> it.loop().resume());
  }

  void heal() {
    process.ifPresent(
        it -> {
          it.store().heal();
          it.queue().heal();
          if (it.loop().isPaused()) {
            it.loop().resume();
          }
        });
  }

  /** Passes on what the metadata store says of shards. */
  private record ShardWatcher(ShardLoop shards) implements Watcher {
    @Override
    public void reset(Listing all) {
      changed(all.entries(), List.of(), all.revision());
    }

    @Override
    public void changed(List<Entry> puts, List<String> deletes, long revision) {
      puts.forEach(it -> MetadataShardRecords.parse(it).ifPresent(shards::configured));
    }
  }

  /** Holds the loop to the invariants. */
  private final class Events implements LoopEvents {
    @Override
    public void turnEnded() {
      shards().ifPresent(it -> it.inspect(this::see));
    }

    private void see(Replica replica) {
      cluster.leaders().see(replica, boot);
      cluster.retirements().see(replica);
    }

    @Override
    public void applied(ShardId shard, LogEntry entry) {
      cluster.committed().see(id.name(), shard, entry);
    }

    @Override
    public void alarm(String why) {
      throw new Violation(id + ": alarm although the metadata store is the one it was: " + why);
    }

    @Override
    public void stopped(ShardId shard, RuntimeException why) {
      if (why instanceof Violation violation) {
        throw violation;
      }
      throw new IllegalStateException(id + ": " + shard + " stopped", why);
    }
  }
}
