package dev.keelson.datanode.shard;

import dev.keelson.core.replication.Input;
import dev.keelson.core.replication.Output;
import dev.keelson.core.replication.Position;
import dev.keelson.core.replication.SnapshotFetch;
import dev.keelson.core.shard.NodeId;
import dev.keelson.core.shard.ShardId;
import dev.keelson.datanode.journal.Journal;
import dev.keelson.datanode.snapshot.BackgroundLane;
import dev.keelson.datanode.snapshot.Pacer;
import dev.keelson.datanode.snapshot.SnapshotEvent;
import dev.keelson.datanode.snapshot.SnapshotFiles;
import dev.keelson.datanode.snapshot.SnapshotId;
import dev.keelson.datanode.snapshot.SnapshotSettings;
import dev.keelson.datanode.snapshot.SnapshotState;
import dev.keelson.datanode.storage.OrderedRows;
import dev.keelson.proto.internal.v1.PeerMessage;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * The snapshots of a loop's shards: takes them one at a time when they are due, fetches those that
 * replicas need, gives peers theirs, and removes what a newer one has made useless. Of the loop's
 * thread.
 *
 * <pre>
 *   due ─► taking ──SnapshotTaken────► replica ──base durable──► older snapshots and entries go
 *   fetch ─► fetching ──SnapshotReceived──► replica ──reset──► its rows are those of the snapshot
 * </pre>
 */
final class ShardSnapshots implements SnapshotTaking.Listener, SnapshotFetching.Listener {
  /** Looking through all shards costs something; what is due can wait so many ticks. */
  private static final int TICKS_BETWEEN_LOOKS = 5;

  private final LoopSettings settings;
  private final SnapshotFiles files;
  private final BackgroundLane lane;
  private final LoopExecutor clock;
  private final Journal journal;
  private final LoopEvents events;
  private final Function<ShardId, OrderedRows> rows;
  private final Map<ShardId, HostedShard> shards;
  private final SnapshotServing serving;
  private final SnapshotFetching.Surroundings around;
  private final Pacer takePacer;
  private final Map<ShardId, SnapshotBook> books = new HashMap<>();
  private final Map<ShardId, SnapshotFetching> fetches = new HashMap<>();

  /** Received and given to the replica, which says with its next step whether it takes it. */
  private final Map<ShardId, SnapshotState> received = new HashMap<>();

  private Optional<SnapshotTaking> taking = Optional.empty();

  /** After one was given up it is tried again only then. */
  private long takeNotBefore = Long.MIN_VALUE;

  private long ticks;

  /**
   * @param shards that are hosted, as they come and go
   * @param rows makes the empty rows of a replica
   */
  ShardSnapshots(
      LoopSettings settings,
      SnapshotFiles files,
      Executor background,
      Executor loop,
      LoopExecutor clock,
      Journal journal,
      Peers peers,
      LoopEvents events,
      Map<ShardId, HostedShard> shards,
      Function<ShardId, OrderedRows> rows) {
    this.settings = settings;
    this.files = files;
    this.clock = clock;
    this.journal = journal;
    this.events = events;
    this.shards = shards;
    this.rows = rows;
    lane = new BackgroundLane(background, loop);
    serving = new SnapshotServing(files, lane, peers, events, this::foundDamaged);
    takePacer = new Pacer(settings.snapshots().takeBytesPerSecond());
    around =
        new SnapshotFetching.Surroundings(
            files,
            lane,
            peers,
            new Pacer(settings.snapshots().fetchBytesPerSecond()),
            clock,
            settings.replication().resend().toNanos(),
            this);
  }

  // ---- start

  /** Makes the rows of the snapshot that a replica's log begins behind. */
  void load(SnapshotId id, Consumer<SnapshotState> then, Consumer<IOException> failed) {
    SnapshotLoading.begin(
        files,
        lane,
        id,
        rows.apply(id.shard()),
        then,
        why -> {
          events.snapshot(id.shard(), new SnapshotEvent.Damaged(why.toString()));
          lane.run(() -> files.setAside(id));
          failed.accept(why);
        });
  }

  /** A replica is there. Whoever is unsure keeps what it finds: it may be all that is left. */
  void opened(HostedShard shard) {
    Position base = shard.replica().durableBase();
    books.put(shard.id(), new SnapshotBook(base));
    boolean unsure = shard.replica().state().suspended() || shard.replica().state().doubtful();
    if (!unsure) {
      lane.run(() -> files.deleteExcept(shard.id(), base));
    }
  }

  /** The snapshot of a shard can't be read although it was whole once: it needs another one. */
  private void foundDamaged(ShardId id) {
    Optional.ofNullable(books.get(id)).ifPresent(SnapshotBook::damaged);
  }

  /** A replica has gone from here. */
  void forget(ShardId id) {
    books.remove(id);
    Optional.ofNullable(fetches.get(id)).ifPresent(it -> it.giveUp("its replica has gone"));
    Optional.ofNullable(received.remove(id)).ifPresent(it -> it.rows().close());
    lane.run(() -> files.deleteExcept(id, Position.ZERO));
  }

  /** Of the snapshot that is being received. */
  long receivingIndex(ShardId id) {
    return Optional.ofNullable(fetches.get(id)).map(it -> it.id().at().index()).orElse(0L);
  }

  // ---- messages

  /** Whether the message is about snapshots only, and thus done with. */
  boolean handles(NodeId from, PeerMessage message) {
    ShardId shard = new ShardId(message.getShard());
    if (message.hasSnapshotRequest()) {
      Optional.ofNullable(books.get(shard)).ifPresent(it -> it.sent(clock.nanoTime()));
      serving.receive(from, shard, message.getSnapshotRequest());
      return true;
    }
    if (message.hasSnapshotChunk()) {
      Optional.ofNullable(fetches.get(shard))
          .ifPresent(it -> it.receive(from, message.getSnapshotChunk()));
      return true;
    }
    return false;
  }

  void found(NodeId peer) {
    fetches.values().forEach(it -> it.found(peer));
  }

  // ---- steps of replicas

  void stepped(HostedShard shard, Output output) {
    SnapshotState handedOver = received.remove(shard.id());
    if (output.reset()) {
      shard.install(Optional.ofNullable(handedOver).orElseThrow());
    } else if (handedOver != null) {
      discard(shard, handedOver);
    }
    output.fetch().ifPresent(it -> fetch(shard, it));
    if (output.messages().stream().anyMatch(it -> it.message().hasSnapshotOffer())) {
      book(shard).sent(clock.nanoTime());
    }
    settleIfDue(shard);
  }

  /** The log got there by itself while the snapshot was on its way. */
  private void discard(HostedShard shard, SnapshotState snapshot) {
    snapshot.rows().close();
    SnapshotId id = new SnapshotId(shard.id(), snapshot.at());
    if (!snapshot.at().equals(shard.replica().state().base())) {
      lane.run(() -> files.delete(id));
    }
  }

  /**
   * A peer that was offered a snapshot is to find it, and then the log behind it, unless that grows
   * too much.
   */
  private void settleIfDue(HostedShard shard) {
    SnapshotBook book = book(shard);
    boolean held = isBeingSent(book) && !isDue(shard, book);
    if (!held && book.isUnsettled(shard.replica().durableBase())) {
      settle(shard, book, shard.replica().durableBase());
    }
  }

  private boolean isBeingSent(SnapshotBook book) {
    return book.isBeingSent(clock.nanoTime(), settings.replication().suspicion().toNanos());
  }

  /** The base is durable: a start begins with it, and nothing older is needed (R18). */
  private void settle(HostedShard shard, SnapshotBook book, Position base) {
    book.settled(base);
    LogMeter meter = shard.state().meter();
    meter.based(book.appliedAt(base, meter.total()));
    lane.run(() -> files.deleteBefore(shard.id(), base));
    journal.release(shard.id(), Math.min(meter.retainedFrom(), base.index() + 1));
    events.snapshot(shard.id(), new SnapshotEvent.Based(base));
  }

  private SnapshotBook book(HostedShard shard) {
    return books.computeIfAbsent(shard.id(), it -> new SnapshotBook(shard.replica().durableBase()));
  }

  // ---- fetching

  private void fetch(HostedShard shard, SnapshotFetch wanted) {
    SnapshotFetching current = fetches.get(shard.id());
    if (current != null && current.hasStalled()) {
      current.giveUp("nothing more came of it");
      current = null;
    }
    boolean free =
        fetches.size() < settings.snapshots().fetches() && !received.containsKey(shard.id());
    if (current == null && free) {
      SnapshotId id = new SnapshotId(shard.id(), wanted.snapshot());
      fetches.put(
          shard.id(),
          SnapshotFetching.begin(shard, wanted.source(), id, around, () -> rows.apply(shard.id())));
    }
  }

  @Override
  public void received(SnapshotFetching fetching, long bytes) {
    events.snapshot(fetching.id().shard(), new SnapshotEvent.Received(bytes));
  }

  @Override
  public void resumed(SnapshotFetching fetching, long offset) {
    events.snapshot(fetching.id().shard(), new SnapshotEvent.Resumed(offset));
  }

  @Override
  public void ready(SnapshotFetching fetching, SnapshotState state) {
    ShardId id = fetching.id().shard();
    fetches.remove(id);
    HostedShard shard = fetching.shard();
    if (shards.get(id) == shard && !shard.isStopped()) {
      received.put(id, state);
      shard.add(new Input.SnapshotReceived(state.at()));
    } else {
      state.rows().close();
    }
  }

  @Override
  public void givenUp(SnapshotFetching fetching, String why) {
    fetches.remove(fetching.id().shard());
    events.snapshot(fetching.id().shard(), new SnapshotEvent.GivenUp(why));
  }

  // ---- taking

  void tick() {
    fetches.values().forEach(SnapshotFetching::goOn);
    taking.ifPresent(SnapshotTaking::goOn);
    if (++ticks % TICKS_BETWEEN_LOOKS == 0) {
      shards.values().forEach(this::settleIfDue);
      shards.values().forEach(this::releaseWhatKeepsMuch);
      if (taking.isEmpty() && clock.nanoTime() >= takeNotBefore) {
        shards.values().stream().filter(this::isDue).findFirst().ifPresent(this::take);
      }
    }
  }

  /** Entries that were kept for slow followers, when others have filled the journal since. */
  private void releaseWhatKeepsMuch(HostedShard shard) {
    SnapshotBook book = book(shard);
    Position base = shard.replica().durableBase();
    if (!book.hasReleasedAll() && keepsMuch(shard) && base.index() > 0) {
      book.releasedAll();
      journal.release(shard.id(), base.index() + 1);
    }
  }

  private boolean keepsMuch(HostedShard shard) {
    return journal.segmentsKept(shard.id()) >= settings.snapshots().journalSegments();
  }

  private boolean isDue(HostedShard shard) {
    boolean hasNews = shard.applied() > shard.replica().state().base().index();
    boolean receives = fetches.containsKey(shard.id()) || received.containsKey(shard.id());
    if (shard.isStopped() || !hasNews || receives || shard.replica().state().retired()) {
      return false;
    }
    SnapshotBook book = book(shard);
    return book.isDamaged() || isDue(shard, book);
  }

  private boolean isDue(HostedShard shard, SnapshotBook book) {
    SnapshotSettings limits = settings.snapshots();
    long applied = shard.state().meter().sinceBase();
    long segments = journal.segmentsKept(shard.id());
    return isBeingSent(book)
        ? limits.isOverdue(applied, book.lastBytes(), segments)
        : limits.isDue(applied, book.lastBytes(), segments);
  }

  private void take(HostedShard shard) {
    taking =
        Optional.of(
            SnapshotTaking.begin(shard, files, settings.snapshots(), lane, takePacer, clock, this));
  }

  @Override
  public void taken(SnapshotTaking done) {
    taking = Optional.empty();
    HostedShard shard = done.shard();
    SnapshotId id = done.id();
    if (shards.get(id.shard()) != shard || shard.isStopped()) {
      lane.run(() -> files.delete(id));
      return;
    }
    book(shard).taken(id.at(), done.bytes(), done.appliedBytes());
    events.snapshot(id.shard(), new SnapshotEvent.Taken(id.at(), done.bytes()));
    shard.add(new Input.SnapshotTaken(id.at()));
  }

  @Override
  public void givenUp(SnapshotTaking given, String why) {
    taking = Optional.empty();
    takeNotBefore = clock.nanoTime() + settings.replication().suspicion().toNanos();
    events.snapshot(given.id().shard(), new SnapshotEvent.GivenUp(why));
  }
}
