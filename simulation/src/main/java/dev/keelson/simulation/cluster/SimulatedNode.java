package dev.keelson.simulation.cluster;

import dev.keelson.coordination.MetadataKeys;
import dev.keelson.coordination.MetadataStore.Entry;
import dev.keelson.coordination.MetadataStore.Listing;
import dev.keelson.coordination.MetadataStore.Watcher;
import dev.keelson.core.limit.Limits;
import dev.keelson.core.replication.ReplicationSettings;
import dev.keelson.core.shard.NodeId;
import dev.keelson.core.shard.ReplicaId;
import dev.keelson.core.shard.ShardId;
import dev.keelson.datanode.disk.SimulatedDisk;
import dev.keelson.datanode.journal.DurableLog;
import dev.keelson.datanode.journal.Journal;
import dev.keelson.datanode.journal.JournalConfig;
import dev.keelson.datanode.journal.OpenedJournal;
import dev.keelson.datanode.membership.Adoption;
import dev.keelson.datanode.membership.EtcdGuard;
import dev.keelson.datanode.membership.EtcdMemory;
import dev.keelson.datanode.peer.EtcdWitness.Seen;
import dev.keelson.datanode.shard.LoopSettings;
import dev.keelson.datanode.shard.MetadataShardRecords;
import dev.keelson.datanode.shard.ShardLoop;
import dev.keelson.datanode.shard.ShardOpening;
import dev.keelson.datanode.snapshot.SnapshotFiles;
import dev.keelson.simulation.check.Coverage.Event;
import dev.keelson.simulation.check.Invariant;
import dev.keelson.simulation.check.Violation;
import dev.keelson.simulation.world.ImmediateStore;
import dev.keelson.simulation.world.SimulatedMetadataStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Executor;

/** A data node: what survives a crash here, what does not in {@link Process}. */
final class SimulatedNode {
  private static final long DISK_BYTES = 1L << 30;

  private final NodeId id;
  private final Cluster cluster;
  private final double clockRate;
  private final Map<ShardId, DurableLog> leftBehind = new HashMap<>();
  private SimulatedDisk disk;
  private SimulatedDisk snapshotDisk;
  private int diskNumber;
  private int diskFactor = 1;
  private long boot;
  private long promisedAt = Long.MIN_VALUE;
  private boolean failing;
  private boolean broken;
  private boolean dead;
  private EtcdMemory etcdMemory = EtcdMemory.NOTHING;
  private Optional<Process> process = Optional.empty();

  /** One start of the node. */
  private record Process(
      SimulatedLoop loop,
      ShardLoop shards,
      SimulatedMetadataStore store,
      EtcdGuard guard,
      SimulatedDiskQueue writer,
      SimulatedDiskQueue background,
      Journal journal,
      Observations observations) {}

  SimulatedNode(NodeId id, Cluster cluster, double clockRate) {
    this.id = id;
    this.cluster = cluster;
    this.clockRate = clockRate;
    disk = new SimulatedDisk(cluster.random(), DISK_BYTES);
    snapshotDisk = new SimulatedDisk(cluster.random(), DISK_BYTES);
  }

  NodeId id() {
    return id;
  }

  String diskName() {
    return "disk-" + id + "-" + diskNumber;
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
    if (broken) {
      return;
    }
    boot++;
    failing = false;
    SimulatedLoop loop =
        new SimulatedLoop(
            cluster.time(),
            clockRate,
            cluster.random().nextLong(1L << 50),
            cluster.shape().turnNanos());
    SimulatedDiskQueue writer = queue();
    SimulatedDiskQueue background = queue();
    SimulatedMetadataStore store =
        new SimulatedMetadataStore(
            cluster.time(),
            cluster.random(),
            cluster.faults(),
            cluster.metadata(),
            new OwnSwaps(id, cluster, this::etcdSeen, this::isAlarmed));
    Optional<OpenedJournal> opened = open(writer, background);
    if (opened.isEmpty()) {
      broken = true;
      return;
    }
    start(loop, writer, background, store, opened.get());
  }

  private void start(
      SimulatedLoop loop,
      SimulatedDiskQueue writer,
      SimulatedDiskQueue background,
      SimulatedMetadataStore store,
      OpenedJournal opened) {
    Observations observations = new Observations(this, cluster);
    observations.started(opened, Map.copyOf(leftBehind));
    LoopSettings settings = settings(loop);
    EtcdGuard guard = guard(loop, store);
    raiseTerms(guard, opened);
    WatchedEvents events = new WatchedEvents(this, observations, guard);
    ShardOpening opening =
        new ShardOpening(
            settings,
            loop,
            opened,
            snapshots(opened),
            background,
            observations::rows,
            cluster.random(),
            events);
    ShardLoop shards =
        new ShardLoop(
            settings,
            loop,
            opened.journal(),
            opening,
            new SimulatedPeers(id, cluster),
            new MetadataShardRecords(guard.guarded()),
            events);
    process =
        Optional.of(
            new Process(
                loop, shards, store, guard, writer, background, opened.journal(), observations));
    guard.onAlarm(
        why -> {
          cluster.etcdRules().alarmed(id, why);
          cluster.coverage().saw(Event.ETCD_NOT_TRUSTED);
          shards.alarmed(true);
        });
    var unused = guard.guarded().watch(MetadataKeys.SHARDS, new ShardWatcher(shards));
    shards.start();
  }

  private EtcdGuard guard(SimulatedLoop loop, SimulatedMetadataStore store) {
    return new EtcdGuard(
        store,
        etcdMemory,
        it -> etcdMemory = it,
        (after, task) ->
            cluster
                .time()
                .after(
                    after.toNanos(),
                    () -> {
                      if (process.filter(it -> it.loop() == loop).isPresent()) {
                        task.run();
                      }
                    }));
  }

  /** As a start does before any replica opens (R14). */
  private void raiseTerms(EtcdGuard guard, OpenedJournal opened) {
    Map<ShardId, Long> durable = new TreeMap<>();
    opened.shards().forEach((shard, found) -> durable.put(shard, found.state().term()));
    try {
      Listing copy = new Listing(List.of(), 0, 0);
      Adoption.run(guard, new ImmediateStore(cluster.metadata()), copy, durable);
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(id + ": the terms were not raised", e);
    }
  }

  /** Only while the process is down: its next start takes the metadata store as it is now. */
  void adoptEtcd() {
    etcdMemory = EtcdMemory.adopting(cluster.metadata().list(""));
  }

  Seen etcdSeen() {
    return process.map(it -> it.guard().seen()).orElseGet(() -> new Seen(0, 0));
  }

  private boolean isAlarmed() {
    return process.filter(it -> it.guard().alarm().isPresent()).isPresent();
  }

  void connected(SimulatedNode peer) {
    process.ifPresent(it -> it.shards().peerConnected(peer.id(), peer.diskName()));
    peerSaw(peer.id(), peer.etcdSeen());
  }

  /** A peer tells what it has seen of the metadata store. */
  void peerSaw(NodeId peer, Seen seen) {
    process.ifPresent(it -> it.guard().peerSaw(peer, seen));
  }

  private LoopSettings settings(SimulatedLoop loop) {
    ReplicationSettings replication = cluster.shape().settings();
    return new LoopSettings(
        id,
        boot,
        diskName(),
        loop.nanoTime() + replication.lease().toNanos(),
        replication,
        cluster.shape().tick(),
        replication.appendBytes(),
        100_000,
        cluster.shape().snapshots(),
        Limits.DEFAULTS);
  }

  private SnapshotFiles snapshots(OpenedJournal opened) {
    try {
      return SnapshotFiles.open(
          snapshotDisk, shard -> opened.unknownDamage() || opened.shard(shard).isPresent());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private SimulatedDiskQueue queue() {
    return new SimulatedDiskQueue(
        cluster.time(), cluster.random(), cluster.faults().diskNanos() * diskFactor);
  }

  /** Empty when the disk can't be used any more. */
  private Optional<OpenedJournal> open(Executor writer, Executor background) {
    try {
      return Optional.of(
          Journal.open(
              disk,
              JournalConfig.small(cluster.shape().segmentBytes()),
              writer,
              background,
              this::diskFailed));
    } catch (IOException e) {
      if (!cluster.isBad(id)) {
        throw new UncheckedIOException(e);
      }
      return Optional.empty();
    }
  }

  /** As in production the process ends, and is started again by somebody. */
  private void diskFailed(String what, Throwable cause) {
    if (!failing) {
      throw new Violation(
          Invariant.NO_FALSE_ALARM,
          id + ": the disk failed although no fault was made: " + what + " " + cause);
    }
    if (isUp()) {
      cluster.coverage().saw(Event.FORCE_FAILED);
    }
    cluster.time().after(0, () -> cluster.crash(id));
    cluster.time().after(cluster.random().nextLong(1_000_000_000), () -> cluster.restart(id));
  }

  /** The process ends in the middle of whatever it does. */
  void crash(boolean powerLoss) {
    process.ifPresent(
        it -> {
          leftBehind.clear();
          cluster.shards().forEach(shard -> leaveBehind(it.journal(), shard));
          it.observations().crashed();
          it.loop().end();
          it.store().close();
          it.background().end();
          failing = true;
          if (powerLoss) {
            it.writer().endWithin(disk::failForces);
          } else {
            it.writer().end();
          }
        });
    process = Optional.empty();
    for (SimulatedDisk each : List.of(disk, snapshotDisk)) {
      if (powerLoss) {
        each.losePower();
      } else {
        each.killProcess();
      }
    }
  }

  private void leaveBehind(Journal journal, ShardId shard) {
    journal.durable(shard).ifPresent(it -> leftBehind.put(shard, it));
  }

  /** What is durable now, or was when the process ended; nothing on another disk. */
  Optional<DurableLog> durable(ReplicaId replica, ShardId shard) {
    Optional<DurableLog> found =
        process.isPresent()
            ? process.get().journal().durable(shard)
            : Optional.ofNullable(leftBehind.get(shard));
    return found.filter(it -> it.state().storage().equals(replica.storage()));
  }

  /** How far the replica is that a configuration means; empty when it is not here any more. */
  Optional<String> end(ReplicaId replica, ShardId shard) {
    if (broken || dead || !replica.liesOn(id, diskName())) {
      return Optional.empty();
    }
    List<String> ends = new ArrayList<>();
    process.ifPresent(
        it ->
            it.shards()
                .inspect(
                    found -> {
                      if (found.shard().equals(shard)) {
                        ends.add(
                            found.head()
                                + " committed "
                                + found.commitIndex()
                                + " applied "
                                + it.observations().applied(shard)
                                + (found.state().suspended() || found.state().doubtful()
                                    ? " unsure"
                                    : ""));
                      }
                    }));
    return Optional.of(ends.isEmpty() ? "not there" : ends.getFirst());
  }

  /** The file that the journal begins with. */
  String oldestSegment() {
    return disk.list().stream().sorted().findFirst().orElse("");
  }

  boolean isLeading() {
    return process.filter(it -> it.observations().isLeading()).isPresent();
  }

  /** The term of a replica here. */
  long term(ShardId shard) {
    return process.map(it -> it.observations().term(shard)).orElse(0L);
  }

  /** The replica of a shard that is here; the first one on this disk if none is. */
  ReplicaId replica(ShardId shard) {
    List<String> storages = new ArrayList<>();
    shards()
        .ifPresent(
            it ->
                it.inspect(
                    found -> {
                      if (found.shard().equals(shard)) {
                        storages.add(found.state().storage());
                      }
                    }));
    return new ReplicaId(id, storages.isEmpty() ? diskName() : storages.getFirst());
  }

  Optional<Long> nanoTime() {
    return process.map(it -> it.loop().nanoTime());
  }

  // ---- faults of the disk

  void slowDisk(int factor) {
    diskFactor = factor;
    process.ifPresent(it -> it.writer().slow(cluster.faults().diskNanos() * factor));
  }

  /** Only while the process is down. */
  void rotDisk() {
    disk.rot();
    if (cluster.shape().takesSnapshots()) {
      snapshotDisk.rot();
    }
  }

  /** Only while the process is down. */
  void loseDisk() {
    disk = new SimulatedDisk(cluster.random(), DISK_BYTES);
    snapshotDisk = new SimulatedDisk(cluster.random(), DISK_BYTES);
    diskNumber++;
    leftBehind.clear();
    etcdMemory = EtcdMemory.NOTHING;
  }

  /** The node's disk is lost; it returns with an empty one of another name (R13). */
  void replaceDisk() {
    loseDisk();
  }

  void killForGood() {
    dead = true;
  }

  boolean isDead() {
    return dead;
  }

  void failForce() {
    failing = true;
    disk.failNextForce();
  }

  void fillDisk() {
    disk.capacity(disk.usedBytes());
    snapshotDisk.capacity(snapshotDisk.usedBytes());
  }

  void emptyDisk() {
    disk.capacity(DISK_BYTES);
    snapshotDisk.capacity(DISK_BYTES);
  }

  // ---- promises, for whoever wants to know whether a restart comes within one

  void promised() {
    promisedAt = cluster.time().now();
  }

  boolean hasPromised() {
    return promisedAt != Long.MIN_VALUE
        && cluster.time().now() - promisedAt < cluster.shape().leaseNanos();
  }

  void pause() {
    process.ifPresent(it -> it.loop().pause());
  }

  void resume() {
    process.ifPresent(it -> it.loop().resume());
  }

  void heal() {
    emptyDisk();
    diskFactor = 1;
    process.ifPresent(
        it -> {
          it.store().heal();
          it.writer().heal();
          it.background().heal();
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
}
