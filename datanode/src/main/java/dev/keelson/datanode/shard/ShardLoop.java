package dev.keelson.datanode.shard;

import dev.keelson.core.error.DatabaseException;
import dev.keelson.core.error.ErrorCode;
import dev.keelson.core.replication.Input;
import dev.keelson.core.replication.LogEntry;
import dev.keelson.core.replication.LogReadRequest;
import dev.keelson.core.replication.Output;
import dev.keelson.core.replication.Replica;
import dev.keelson.core.replication.SwapRequest;
import dev.keelson.core.schema.DroppedTables;
import dev.keelson.core.shard.NodeId;
import dev.keelson.core.shard.ShardConfig;
import dev.keelson.core.shard.ShardId;
import dev.keelson.datanode.journal.Journal;
import dev.keelson.datanode.journal.JournalBatch;
import dev.keelson.datanode.journal.ReadResult;
import dev.keelson.proto.internal.v1.NodeAnswer;
import dev.keelson.proto.internal.v1.NodeCall;
import dev.keelson.proto.internal.v1.PeerMessage;
import dev.keelson.proto.internal.v1.ReplicaStatus;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The shards of one event loop. Public methods may be called from any thread; each adds to the
 * inbox, and everything else happens in a turn on the loop's thread:
 *
 * <pre>
 *   inbox ─► inputs of each shard ─► step ─► journal ∥ peers ─► apply ─► answer
 * </pre>
 */
public final class ShardLoop {
  private static final Logger LOG = LoggerFactory.getLogger(ShardLoop.class);

  private final LoopSettings settings;
  private final LoopExecutor executor;
  private final Journal journal;
  private final Peers peers;
  private final ShardRecords records;
  private final LoopEvents events;
  private final ShardOpening opening;
  private final Pulse pulse;
  private final Inquiries inquiries;
  private final Map<ShardId, HostedShard> shards = new LinkedHashMap<>();
  private final ConcurrentLinkedQueue<Runnable> inbox = new ConcurrentLinkedQueue<>();

  /** With inputs for a step; the others cost a turn nothing. */
  private List<HostedShard> ready = new ArrayList<>();

  private final AtomicBoolean scheduled = new AtomicBoolean();
  private final JournalQueue journalQueue;
  private final LeadershipLog leaders;
  private final TableCleaner cleaner;

  /** Shards whose replica here has gone, and what was known then: older news comes too late. */
  private final Map<ShardId, Long> gone = new HashMap<>();

  private boolean alarmed;
  private boolean closed;

  public ShardLoop(
      LoopSettings settings,
      LoopExecutor executor,
      Journal journal,
      ShardOpening opening,
      Peers peers,
      ShardRecords records,
      LoopEvents events) {
    this.settings = settings;
    this.executor = executor;
    this.journal = journal;
    this.opening = opening;
    this.peers = peers;
    this.records = records;
    this.events = events;
    pulse = new Pulse(settings, shards, peers);
    inquiries = new Inquiries(settings, shards, peers, executor, events);
    leaders = new LeadershipLog(settings.node());
    cleaner = new TableCleaner(shards);
    journalQueue = new JournalQueue(journal, this::enqueue);
  }

  /** Starts to tell time. */
  public void start() {
    executor.schedule(this::tick, settings.tick());
  }

  // ---- what comes in

  public void receive(NodeId from, long peerBoot, List<PeerMessage> messages) {
    enqueue(() -> messages.forEach(it -> deliver(from, peerBoot, it)));
  }

  /** The stream to a peer is there. {@code disk} is the storage that its replicas lie on. */
  public void peerConnected(NodeId peer, String disk) {
    enqueue(
        () -> {
          pulse.restart(peer);
          inquiries.restart(peer);
          toAll(new Input.PeerFound(peer, disk));
          opening.found(peer, disk);
        });
  }

  public void peerLost(NodeId peer) {
    enqueue(
        () -> {
          pulse.restart(peer);
          inquiries.restart(peer);
          opening.lost(peer);
          toAll(new Input.PeerLost(peer));
        });
  }

  /**
   * A router's call.
   *
   * @param answer called once, on the loop's thread
   */
  public void call(NodeCall call, Consumer<NodeAnswer> answer) {
    enqueue(() -> serve(call, answer));
  }

  /** The metadata store's record of a shard with a replica here. */
  public void configured(ShardConfig config) {
    enqueue(() -> configure(config));
  }

  /** The shard is dropped, or its replica goes from here: its log and rows go too. */
  public void removed(ShardId shard) {
    enqueue(() -> remove(shard));
  }

  /** All the tables that were ever dropped: their rows go from the shards that are led here. */
  public void dropped(DroppedTables tables) {
    enqueue(() -> cleaner.dropped(tables));
  }

  /** The metadata store is not the one we know (R14), or was adopted again. */
  public void alarmed(boolean raised) {
    enqueue(
        () -> {
          alarmed = raised;
          toAll(new Input.Alarmed(raised));
        });
  }

  public void describe(Consumer<List<ReplicaStatus>> then) {
    enqueue(() -> then.accept(shards.values().stream().map(HostedShard::describe).toList()));
  }

  /** Shows each replica; to be called on the loop's thread, such as from {@link LoopEvents}. */
  public void inspect(Consumer<Replica> inspector) {
    shards.values().stream()
        .filter(it -> !it.isStopped())
        .forEach(it -> inspector.accept(it.replica()));
  }

  /** Answers whoever waits, and does nothing any more. */
  public void close(Runnable whenClosed) {
    enqueue(
        () -> {
          closed = true;
          shards.values().forEach(HostedShard::close);
          shards.clear();
          whenClosed.run();
        });
  }

  private void enqueue(Runnable event) {
    inbox.add(event);
    if (!scheduled.get() && scheduled.compareAndSet(false, true)) {
      executor.execute(this::turn);
    }
  }

  // ---- a turn

  private void turn() {
    scheduled.set(false);
    takeInbox();
    List<Stepped> stepped = stepShards();
    handToJournal(stepped);
    peers.flush();
    applyCommitted(stepped);
    stepped.forEach(it -> it.shard().answer(it.output()));
    dropRetired(stepped);
    beatIfLeadersChanged(stepped);
    inquiries.ask();
    peers.flush();
    events.turnEnded();
  }

  /** A shard that took a step in this turn. */
  private record Stepped(HostedShard shard, Output output) {}

  private void takeInbox() {
    for (Runnable event = inbox.poll(); event != null; event = inbox.poll()) {
      event.run();
    }
  }

  private List<Stepped> stepShards() {
    List<HostedShard> batch = ready;
    ready = new ArrayList<>();
    List<Stepped> stepped = new ArrayList<>(batch.size());
    for (HostedShard shard : batch) {
      if (shard.hasInputs() && shards.get(shard.id()) == shard) {
        step(shard).ifPresent(output -> stepped.add(new Stepped(shard, output)));
      }
    }
    return stepped;
  }

  private void beatIfLeadersChanged(List<Stepped> stepped) {
    boolean changed = false;
    for (Stepped it : stepped) {
      changed |= it.shard().hasServingChanged();
    }
    if (changed) {
      pulse.beat(executor.nanoTime());
    }
  }

  private Optional<Output> step(HostedShard shard) {
    try {
      Output output = shard.step();
      leaders.stepped(shard.replica(), output, executor.nanoTime());
      output.messages().forEach(it -> peers.send(it.to(), it.message()));
      output.swap().ifPresent(it -> swap(shard, it));
      output.logReads().forEach(it -> readLog(shard, it));
      output.alarm().ifPresent(events::alarm);
      if (output.refresh() && shard.mayRefresh()) {
        refresh(shard);
      }
      return Optional.of(output);
    } catch (RuntimeException e) {
      stop(shard, e);
      return Optional.empty();
    }
  }

  private void handToJournal(List<Stepped> stepped) {
    JournalBatch.Builder batch = JournalBatch.builder();
    List<Runnable> whenDurable = new ArrayList<>();
    for (Stepped it : stepped) {
      ShardId id = it.shard().id();
      it.output().state().ifPresent(state -> batch.state(id, state));
      it.output().entries().forEach(entry -> batch.entry(id, entry));
      if (it.output().persistSequence() > 0) {
        long sequence = it.output().persistSequence();
        whenDurable.add(() -> it.shard().add(new Input.Persisted(sequence)));
      }
    }
    if (!batch.isEmpty()) {
      journalQueue.append(batch.build(), () -> whenDurable.forEach(Runnable::run));
    }
  }

  private void applyCommitted(List<Stepped> stepped) {
    for (Stepped it : stepped) {
      applyCommitted(it.shard());
    }
  }

  private void applyCommitted(HostedShard shard) {
    try {
      shard.applyCached(settings.replayBytes());
      if (shard.wantsReplay()) {
        replay(shard);
      } else if (shard.isBehind()) {
        enqueue(() -> applyCommitted(shard));
      }
      shard.tellApplied();
      if (shard.hasInputs()) {
        enqueue(() -> {});
      }
    } catch (RuntimeException e) {
      stop(shard, e);
    }
  }

  // ---- effects that answer later

  private void swap(HostedShard shard, SwapRequest request) {
    records.swap(
        request.next(), current -> give(shard, new Input.SwapAnswered(request.attempt(), current)));
  }

  private void refresh(HostedShard shard) {
    records.read(
        shard.id(),
        found ->
            enqueue(
                () -> {
                  shard.refreshed();
                  found.ifPresent(it -> shard.add(new Input.RecordRead(it)));
                }));
  }

  private void readLog(HostedShard shard, LogReadRequest request) {
    journal.read(
        shard.id(),
        request.fromIndex(),
        settings.replication().appendBytes(),
        this::enqueue,
        result -> shard.add(LogReadAnswer.of(request, result)));
  }

  /** Entries to be applied that are no longer in memory: after a start, or when far behind. */
  private void replay(HostedShard shard) {
    long upTo = shard.replica().commitIndex();
    shard.replaying(true);
    journal.read(
        shard.id(),
        shard.applied() + 1,
        settings.replayBytes(),
        this::enqueue,
        result -> {
          shard.replaying(false);
          if (result instanceof ReadResult.Entries found && !shard.isStopped()) {
            applyReplayed(shard, found.entries(), upTo);
          }
        });
  }

  private void applyReplayed(HostedShard shard, List<LogEntry> entries, long upTo) {
    try {
      shard.applyReplayed(entries, upTo);
      applyCommitted(shard);
    } catch (RuntimeException e) {
      stop(shard, e);
    }
  }

  private void give(HostedShard shard, Input input) {
    enqueue(() -> shard.add(input));
  }

  // ---- events

  private void deliver(NodeId from, long peerBoot, PeerMessage message) {
    if (pulse.handles(from, peerBoot, message, executor.nanoTime())
        || inquiries.handles(from, message)) {
      return;
    }
    HostedShard shard = shards.get(new ShardId(message.getShard()));
    if (shard != null && !(message.hasAppend() && journal.full())) {
      shard.add(new Input.Received(from, peerBoot, message));
    }
  }

  private void serve(NodeCall call, Consumer<NodeAnswer> answer) {
    HostedShard shard = shards.get(new ShardId(call.getShard()));
    if (shard == null || shard.isStopped()) {
      refuse(
          call, ErrorCode.WRONG_SHARD, "shard " + call.getShard() + " is not served here", answer);
    } else if (shard.waiting() >= settings.callsWaiting()) {
      refuse(call, ErrorCode.OVERLOADED, "too many calls wait for " + shard.id(), answer);
    } else if (call.hasCommand() && journal.full()) {
      refuse(call, ErrorCode.DISK_FULL, "the disk of " + settings.node() + " is full", answer);
    } else if (call.hasCommand() || call.hasRead() || call.hasScan()) {
      serve(shard, call, answer);
    } else {
      refuse(call, ErrorCode.INVALID_REQUEST, "a call without a body", answer);
    }
  }

  private void serve(HostedShard shard, NodeCall call, Consumer<NodeAnswer> answer) {
    try {
      shard.serve(call, deadline(call), answer);
    } catch (DatabaseException refused) {
      answer.accept(NodeAnswers.failed(call.getId(), refused));
    }
  }

  private long deadline(NodeCall call) {
    long millis = call.getDeadlineMillis() <= 0 ? 60_000 : call.getDeadlineMillis();
    return executor.nanoTime() + millis * 1_000_000L;
  }

  private static void refuse(
      NodeCall call, ErrorCode code, String why, Consumer<NodeAnswer> answer) {
    answer.accept(NodeAnswers.failed(call.getId(), code.because(why)));
  }

  private void configure(ShardConfig config) {
    HostedShard shard = shards.get(config.id());
    if (shard != null) {
      shard.add(new Input.Configured(config));
    } else if (!closed && config.revision() > gone.getOrDefault(config.id(), 0L)) {
      open(config);
    }
  }

  private void open(ShardConfig config) {
    if (opening.discards(config)) {
      journalQueue.drop(config.id());
    }
    opening.open(config, this::enqueue, this::opened);
  }

  /** R12: the record of it is durable, so log and rows may go. */
  private void dropRetired(List<Stepped> stepped) {
    for (Stepped it : stepped) {
      if (it.shard().replica().isGone()) {
        ShardConfig known = it.shard().replica().config();
        LOG.debug("{}: the replica on {} has retired", known.id(), settings.node());
        gone.put(known.id(), known.revision());
        remove(known.id());
        // Perhaps it is wanted again, as another one.
        open(known);
      }
    }
  }

  private void opened(HostedShard shard) {
    if (!closed && !shards.containsKey(shard.id())) {
      shards.put(shard.id(), shard);
      shard.whenReady(it -> ready.add(it));
      shard.reads().whenCertificateIsWanted(inquiries::want);
      shard.add(new Input.Alarmed(alarmed));
      opening.peers().forEach((peer, disk) -> shard.add(new Input.PeerFound(peer, disk)));
    }
  }

  private void remove(ShardId id) {
    HostedShard shard = shards.remove(id);
    if (shard != null) {
      shard.close();
    }
    leaders.forget(id);
    opening.forget(id);
    journalQueue.drop(id);
  }

  private void toAll(Input input) {
    shards.values().forEach(it -> it.add(input));
  }

  private void tick() {
    if (closed) {
      return;
    }
    executor.schedule(this::tick, settings.tick());
    long now = executor.nanoTime();
    for (HostedShard shard : shards.values()) {
      shard.tick(now);
      shard.expire(now);
    }
    pulse.beatIfDue(now);
    leaders.tick(now);
    if (journal.full()) {
      // Nothing else asks: what needs room is refused before it comes to the journal.
      journal.lookForRoom();
    } else {
      cleaner.tick(now);
    }
    journalQueue.retry();
    shards.values().forEach(this::applyCommitted);
    enqueue(() -> {});
  }

  private void stop(HostedShard shard, RuntimeException why) {
    LOG.error(
        "{}: a fault of ours; this replica stops, the others go on without it", shard.id(), why);
    shard.stop();
    events.stopped(shard.id(), why);
  }
}
