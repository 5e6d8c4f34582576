package dev.keelson.datanode;

import dev.keelson.coordination.MetadataStore;
import dev.keelson.coordination.MetadataStore.Subscription;
import dev.keelson.core.replication.ReplicationSettings;
import dev.keelson.core.shard.ReplicaId;
import dev.keelson.core.shard.ShardId;
import dev.keelson.datanode.controller.Controller;
import dev.keelson.datanode.disk.DiskMetrics;
import dev.keelson.datanode.disk.FileDisk;
import dev.keelson.datanode.disk.MeasuredDisk;
import dev.keelson.datanode.journal.Journal;
import dev.keelson.datanode.journal.JournalConfig;
import dev.keelson.datanode.journal.JournalMetrics;
import dev.keelson.datanode.journal.JournalThread;
import dev.keelson.datanode.journal.OpenedJournal;
import dev.keelson.datanode.journal.RecoveredShard;
import dev.keelson.datanode.membership.Adoption;
import dev.keelson.datanode.membership.ClusterJoin;
import dev.keelson.datanode.membership.EtcdCopy;
import dev.keelson.datanode.membership.Membership;
import dev.keelson.datanode.membership.NodeDirectory;
import dev.keelson.datanode.membership.NodeIdentity;
import dev.keelson.datanode.membership.Succession;
import dev.keelson.datanode.peer.LocalNode;
import dev.keelson.datanode.peer.PeerConfig;
import dev.keelson.datanode.peer.PeerLinks;
import dev.keelson.datanode.rpc.FragmentsConfig;
import dev.keelson.datanode.rpc.FragmentsMetrics;
import dev.keelson.datanode.rpc.FragmentsService;
import dev.keelson.datanode.shard.LoopSettings;
import dev.keelson.datanode.shard.MetadataShardRecords;
import dev.keelson.datanode.shard.ShardLoop;
import dev.keelson.datanode.shard.ShardOpening;
import dev.keelson.datanode.snapshot.SnapshotFiles;
import dev.keelson.datanode.storage.RowsDirectory;
import dev.keelson.datanode.wire.NettyLoop;
import dev.keelson.proto.internal.v1.NodeRecord;
import dev.keelson.runtime.admission.Admission;
import dev.keelson.runtime.admission.AdmissionMetrics;
import dev.keelson.runtime.config.Address;
import dev.keelson.runtime.health.Health;
import dev.keelson.runtime.lifecycle.BuildInfo;
import dev.keelson.runtime.lifecycle.Lifecycle;
import dev.keelson.runtime.metrics.Metrics;
import dev.keelson.runtime.net.EventLoops;
import dev.keelson.runtime.net.LoopWatchdog;
import dev.keelson.runtime.net.RpcServer;
import dev.keelson.runtime.net.Transport;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One data node. Its parts are handed to a {@link Lifecycle}, which closes them in the opposite
 * order; {@link #kill} drops them as the end of a process would.
 *
 * <pre>
 *   etcd ─► ShardHost ─┐                            ┌─► Journal
 *   peers ─► PeerLinks ─┼─► ShardLoop (event loop) ──┼─► PeerLinks
 *   routers ─► Fragments ┘                            └─► rows
 * </pre>
 */
public final class DataNode {
  private static final Logger LOG = LoggerFactory.getLogger(DataNode.class);

  private final DataNodeConfig config;
  private final Lifecycle lifecycle;
  private final NodeFailure failure;
  private final Health health;
  private final Metrics metrics;
  private final ExecutorService background = Executors.newVirtualThreadPerTaskExecutor();

  /** Platform threads, since Chronicle keeps much per thread; two, so that growing takes turns. */
  private final ExecutorService rowThreads =
      Executors.newFixedThreadPool(2, Thread.ofPlatform().name("rows-", 0).daemon().factory());

  private final EventLoops eventLoops;
  private final Transport transport;
  private final NettyLoop loopExecutor;
  private final Membership membership;
  private final JournalThread journalThread;
  private final FileDisk disk;
  private final FileDisk snapshotDisk;
  private final OpenedJournal opened;
  private final RowsDirectory rows;
  private final NodeState state;
  private final PeerLinks links;
  private final ShardLoop loop;
  private final ShardHost host;
  private final Controller controller;
  private final NodeReport report;
  private final FragmentsService fragments;
  private final RpcServer server;
  private final NodeRegistration registration;

  /**
   * Starts a node; returns when it is registered or about to be. Waits while etcd is away.
   *
   * @param store the way to etcd; closed by whoever made it, after the node
   * @param failure told when the node can't go on
   */
  public static DataNode start(
      DataNodeConfig config,
      MetadataStore store,
      Health health,
      Metrics metrics,
      Lifecycle lifecycle,
      NodeFailure failure)
      throws IOException, InterruptedException {
    return new DataNode(config, store, health, metrics, lifecycle, failure);
  }

  private DataNode(
      DataNodeConfig config,
      MetadataStore store,
      Health health,
      Metrics metrics,
      Lifecycle lifecycle,
      NodeFailure failure)
      throws IOException, InterruptedException {
    this.config = config;
    this.lifecycle = lifecycle;
    this.failure = failure;
    this.health = health;
    this.metrics = metrics;
    long startedAt = System.nanoTime();
    lifecycle.add("background", background::shutdownNow);
    lifecycle.add("row threads", this::endRowThreads);
    eventLoops = lifecycle.add("event loops", startLoops());
    transport = new Transport(eventLoops, config.net());
    loopExecutor = new NettyLoop(eventLoops.loops().getFirst());
    membership = join(store);
    journalThread = lifecycle.add("journal thread", new JournalThread(failure::failed));
    disk = lifecycle.add("disk", FileDisk.open(membership.directory().journal()));
    opened = openJournal();
    snapshotDisk = lifecycle.add("snapshots", FileDisk.open(membership.directory().snapshots()));
    adoptEtcd();
    rows = RowsDirectory.open(membership.directory().rows(), rowThreads);
    rows.warmUp();
    state = new NodeState(membership.guard(), new SnapshotMetrics(metrics.registry()));
    LoopInbox inbox = new LoopInbox();
    links = newLinks(inbox);
    loop = newLoop(startedAt);
    inbox.deliverTo(loop);
    host = newHost();
    controller = startController();
    report =
        new NodeReport(
            membership.identity(),
            new DiskSpace(membership.directory().path(), metrics.registry()),
            loop,
            opened.journal(),
            host,
            state,
            controller);
    fragments = newFragments();
    server = lifecycle.add("rpc", startServer());
    // Before the server, which waits for streams to end.
    lifecycle.add("router streams", fragments);
    lifecycle.add("peer streams", links::close);
    registration = lifecycle.add("registration", register());
    followCluster();
    becomeReady();
    lifecycle.add(
        "leaders", new LeaderEvacuation(config, membership, host, report, registration)::run);
  }

  private EventLoops startLoops() {
    return EventLoops.start(config.node().name(), config.net().eventLoopCount());
  }

  private Membership join(MetadataStore store) throws IOException, InterruptedException {
    Membership joined =
        ClusterJoin.join(
            new ClusterJoin.Request(
                config.cluster(),
                config.node(),
                config.directory(),
                ReplicationSettings.DEFAULTS.lease(),
                config.adoptEtcd()),
            store,
            background);
    lifecycle.add("data directory", joined.directory());
    lifecycle.add("etcd guard", joined.guard());
    return joined;
  }

  private OpenedJournal openJournal() throws IOException {
    OpenedJournal journal =
        Journal.open(
            new MeasuredDisk(disk, new DiskMetrics(metrics.registry())),
            JournalConfig.DEFAULT,
            journalThread,
            background,
            failure::failed);
    JournalMetrics.register(journal.journal(), metrics.registry());
    lifecycle.add("journal", this::closeJournal);
    journal.findings().forEach(it -> LOG.warn("journal: {}", it));
    List<ShardId> damaged =
        journal.shards().values().stream()
            .filter(RecoveredShard::damaged)
            .map(RecoveredShard::shard)
            .sorted()
            .toList();
    if (!damaged.isEmpty() || journal.unknownDamage()) {
      LOG.error(
          "the journal is damaged: replicas of {} are suspended until they have caught up{}",
          damaged,
          journal.unknownDamage() ? ", and any that it doesn't know of" : "");
    }
    return journal;
  }

  private void adoptEtcd() throws IOException, InterruptedException {
    Map<ShardId, Long> durable = new HashMap<>();
    opened.shards().forEach((shard, known) -> durable.put(shard, known.state().term()));
    Path directory = membership.directory().path();
    Adoption.run(membership.guard(), membership.store(), EtcdCopy.read(directory), durable);
    lifecycle.add(
        "copy of etcd",
        EtcdCopy.follow(directory, membership.guard(), membership.later(), membership.store()));
  }

  private void closeJournal() throws InterruptedException {
    CountDownLatch closed = new CountDownLatch(1);
    opened.journal().close(Runnable::run, closed::countDown);
    if (!closed.await(5, TimeUnit.SECONDS)) {
      throw new IllegalStateException("the journal was not closed within 5 s");
    }
  }

  private PeerLinks newLinks(LoopInbox inbox) {
    NodeIdentity self = membership.identity();
    return new PeerLinks(
        new LocalNode(self.cluster(), self.node(), self.boot(), self.disk()),
        PeerConfig.DEFAULTS,
        transport,
        loopExecutor,
        inbox,
        membership.guard(),
        metrics.registry());
  }

  /** Those of shards that are nowhere else are left alone where the journal may have lost some. */
  private SnapshotFiles openSnapshots() throws IOException {
    return SnapshotFiles.open(
        snapshotDisk, shard -> opened.unknownDamage() || opened.shard(shard).isPresent());
  }

  private ShardLoop newLoop(long startedAt) throws IOException {
    NodeIdentity self = membership.identity();
    // An earlier start of this node may have promised until then (R10).
    long promiseUntil = self.boot() > 1 ? startedAt + self.longestLease().toNanos() : startedAt;
    LoopSettings settings =
        LoopSettings.defaults(self.node(), self.boot(), self.disk(), promiseUntil)
            .with(config.limits(), config.snapshots());
    ShardOpening opening =
        new ShardOpening(
            settings,
            loopExecutor,
            opened,
            openSnapshots(),
            background,
            rows::rows,
            new SplittableRandom(),
            state);
    ShardLoop made =
        new ShardLoop(
            settings,
            loopExecutor,
            opened.journal(),
            opening,
            links,
            new MetadataShardRecords(membership.store()),
            state);
    membership.guard().onAlarm(why -> made.alarmed(true));
    lifecycle.add("shards", () -> closeLoop(made));
    made.start();
    return made;
  }

  private static void closeLoop(ShardLoop loop) throws InterruptedException {
    CountDownLatch closed = new CountDownLatch(1);
    loop.close(closed::countDown);
    if (!closed.await(5, TimeUnit.SECONDS)) {
      throw new IllegalStateException("the shards were not closed within 5 s");
    }
  }

  private ShardHost newHost() {
    NodeIdentity self = membership.identity();
    return lifecycle.add(
        "shard host",
        new ShardHost(
            new ReplicaId(self.node(), self.disk()),
            opened.shards().keySet(),
            loop::configured,
            loop::removed,
            membership.guard()::whenSure));
  }

  private Controller startController() {
    NodeIdentity self = membership.identity();
    return lifecycle.add(
        "controller",
        Controller.start(membership.store(), self.node(), self.boot(), config.controller()));
  }

  private FragmentsService newFragments() {
    CallMetrics calls = new CallMetrics(metrics.registry());
    return new FragmentsService(
        membership.identity().cluster(),
        FragmentsConfig.DEFAULTS,
        loopExecutor,
        (call, answer) -> loop.call(call, calls.timed(call, answer)),
        report,
        background,
        new FragmentsMetrics(metrics.registry()));
  }

  private RpcServer startServer() throws IOException {
    Admission admission = new Admission(config.limits());
    AdmissionMetrics.register(admission, metrics);
    return RpcServer.start(
        transport,
        config.listen().resolve(),
        List.of(fragments, links::service),
        health,
        admission);
  }

  private NodeRegistration register() {
    NodeIdentity self = membership.identity();
    NodeRecord record =
        NodeRecord.newBuilder()
            .setNode(self.node().name())
            .setZone(config.zone())
            .setHost(config.host())
            .setAddress(address().toString())
            .setBoot(self.boot())
            .setVersion(BuildInfo.version())
            .build();
    return NodeRegistration.of(membership.store(), record);
  }

  private void followCluster() {
    host.follow(membership.store());
    lifecycle.add(
        "dropped tables",
        DroppedTablesWatch.start(membership.store(), loop::dropped, membership.guard()::whenSure));
    lifecycle.add("node directory", NodeDirectory.follow(membership.store(), links::addresses));
    Subscription succession =
        Succession.watch(
            membership.store(),
            membership.identity(),
            why -> failure.failed(why, new IllegalStateException(why)));
    lifecycle.add("succession", succession);
  }

  private void becomeReady() throws InterruptedException {
    lifecycle.add("watchdog", LoopWatchdog.start(eventLoops, health, metrics));
    lifecycle.add(
        "readiness", new Readiness(health, registration, host, report, metrics, background));
  }

  /** Where others reach this node. */
  public Address address() {
    return config.advertise().orElseGet(() -> new Address(config.listen().host(), server.port()));
  }

  public NodeIdentity identity() {
    return membership.identity();
  }

  /** The shards that this node leads and serves now; waits for a turn of its loop. */
  public Set<ShardId> led() throws InterruptedException, ExecutionException, TimeoutException {
    return report.led();
  }

  /** Ends as a killed process would: nothing is said, handed over or made durable. */
  public void kill() throws IOException {
    eventLoops.close();
    controller.close();
    host.close();
    journalThread.close();
    disk.close();
    snapshotDisk.close();
    membership.directory().close();
    background.shutdownNow();
    endRowThreads();
  }

  /** Not interrupted: Chronicle takes that badly. */
  private void endRowThreads() {
    rowThreads.shutdown();
    try {
      if (!rowThreads.awaitTermination(5, TimeUnit.SECONDS)) {
        LOG.warn("the threads that move rows are still busy");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
