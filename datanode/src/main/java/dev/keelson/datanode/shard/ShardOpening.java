package dev.keelson.datanode.shard;

import dev.keelson.core.replication.LogEntry;
import dev.keelson.core.replication.Position;
import dev.keelson.core.replication.Replica;
import dev.keelson.core.replication.ReplicaState;
import dev.keelson.core.shard.NodeId;
import dev.keelson.core.shard.ReplicaId;
import dev.keelson.core.shard.ShardConfig;
import dev.keelson.core.shard.ShardId;
import dev.keelson.datanode.journal.JournalBatch;
import dev.keelson.datanode.journal.JournalFullException;
import dev.keelson.datanode.journal.OpenedJournal;
import dev.keelson.datanode.journal.ReadResult;
import dev.keelson.datanode.journal.RecoveredShard;
import dev.keelson.datanode.snapshot.SnapshotFiles;
import dev.keelson.datanode.snapshot.SnapshotId;
import dev.keelson.datanode.snapshot.SnapshotState;
import dev.keelson.datanode.storage.OrderedRows;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes the replicas of a loop, from what the journal recovered or fresh. Of the loop's thread. */
public final class ShardOpening {
  private static final Logger LOG = LoggerFactory.getLogger(ShardOpening.class);

  private final LoopSettings settings;
  private final LoopExecutor executor;
  private final OpenedJournal opened;
  private final SnapshotFiles files;
  private final Executor background;
  private final Function<ShardId, OrderedRows> rows;
  private final RandomGenerator random;
  private final LoopEvents events;
  private final Map<ShardId, RecoveredShard> recovered;
  private final Map<ShardId, ShardConfig> opening = new HashMap<>();
  private final Map<NodeId, String> peers = new HashMap<>();

  /**
   * @param files what the logs begin behind
   * @param background may wait for files
   * @param rows makes the empty rows of a replica
   */
  public ShardOpening(
      LoopSettings settings,
      LoopExecutor executor,
      OpenedJournal opened,
      SnapshotFiles files,
      Executor background,
      Function<ShardId, OrderedRows> rows,
      RandomGenerator random,
      LoopEvents events) {
    this.events = events;
    this.settings = settings;
    this.executor = executor;
    this.opened = opened;
    this.files = files;
    this.background = background;
    this.rows = rows;
    this.random = random;
    recovered = new HashMap<>(opened.shards());
  }

  /** What takes and gives the snapshots of a loop. */
  ShardSnapshots snapshots(Executor loop, Peers peers, Map<ShardId, HostedShard> shards) {
    return new ShardSnapshots(
        settings, files, background, loop, executor, opened.journal(), peers, events, shards, rows);
  }

  void found(NodeId peer, String disk) {
    peers.put(peer, disk);
  }

  void lost(NodeId peer) {
    peers.remove(peer);
  }

  /** The peers that are connected, with the storage of their replicas. */
  Map<NodeId, String> peers() {
    return Map.copyOf(peers);
  }

  /**
   * Whether the journal holds a replica that the shard no longer has, or that has retired (R12).
   * One on a disk that was set back stays until another one comes in its place: it may be all that
   * is left.
   */
  boolean discards(ShardConfig config) {
    RecoveredShard known = recovered.get(config.id());
    if (known == null) {
      return false;
    }
    ReplicaId there = new ReplicaId(settings.node(), known.state().storage());
    Optional<ReplicaId> mine = mine(config);
    boolean kept = mine.isPresent() ? mine.get().equals(there) : config.replicas().contains(there);
    if (kept && !known.state().retired()) {
      return false;
    }
    recovered.remove(config.id());
    return true;
  }

  private Optional<ReplicaId> mine(ShardConfig config) {
    return config.replicaOn(settings.node(), settings.disk());
  }

  void forget(ShardId shard) {
    recovered.remove(shard);
    opening.remove(shard);
  }

  /**
   * Opens the replica of a shard if it has one here; later configurations of a shard that is being
   * opened replace earlier ones.
   */
  void open(
      ShardConfig config, ShardSnapshots snapshots, Executor loop, Consumer<HostedShard> then) {
    Optional<ReplicaId> mine = mine(config);
    if (mine.isEmpty()) {
      opening.remove(config.id());
      return;
    }
    if (opening.put(config.id(), config) != null) {
      return;
    }
    RecoveredShard known = recovered.get(config.id());
    if (known == null) {
      finish(empty(config.id(), fresh(config, mine.get())), freshPromise(config), then);
      return;
    }
    Restoring restoring = new Restoring(known, snapshots, loop, then);
    long from = Math.max(known.state().base().index(), known.state().commitHint());
    if (from >= known.last().index()) {
      restoring.load(known.last(), List.of());
    } else {
      restoring.readTail(from + 1);
    }
  }

  /** What a replica is made of. */
  private record Beginning(
      ShardId shard,
      ReplicaState state,
      Position beforeTail,
      List<LogEntry> tail,
      SnapshotState start) {}

  private Beginning empty(ShardId shard, ReplicaState state) {
    SnapshotState start = SnapshotState.beginning(rows.apply(shard));
    return new Beginning(shard, state, Position.ZERO, List.of(), start);
  }

  /**
   * R13: something durable was lost, and it may have been this replica's. A later replica on this
   * disk was made a voter only after it had caught up, so one that is a voter and isn't in the
   * journal was lost for sure, and one that is none has nothing to lose. Nor has any replica of a
   * shard that never had a term.
   */
  private ReplicaState fresh(ShardConfig config, ReplicaId mine) {
    ReplicaState state = ReplicaState.fresh(mine.storage());
    if (config.term() == 0) {
      return state;
    }
    return mine.incarnation() > 0
        ? state.withDoubt(config.isVoter(mine), false)
        : state.withDoubt(opened.unknownDamage(), opened.doubtful());
  }

  /** A former replica of the shard on this disk may have promised a moment ago (R10). */
  private long freshPromise(ShardConfig config) {
    long now = executor.nanoTime();
    return config.term() == 0 ? now : now + settings.replication().lease().toNanos();
  }

  private void finish(Beginning from, long promiseUntil, Consumer<HostedShard> then) {
    ShardConfig config = opening.remove(from.shard());
    if (config == null) {
      from.start().rows().close();
      return;
    }
    recovered.remove(from.shard());
    Replica replica =
        new Replica(
            config,
            settings.node(),
            settings.boot(),
            settings.replication(),
            random,
            from.state(),
            from.beforeTail(),
            from.tail(),
            promiseUntil,
            executor.nanoTime());
    then.accept(new HostedShard(replica, from.start(), settings, executor, events));
  }

  /**
   * Makes a replica of what the journal and the snapshot hold:
   *
   * <pre>
   *   snapshot │ entries behind it │ entries behind the commit hint, which are needed in memory
   * </pre>
   */
  private final class Restoring {
    private final RecoveredShard known;
    private final ShardSnapshots snapshots;
    private final Executor loop;
    private final Consumer<HostedShard> then;
    private final List<LogEntry> tail = new ArrayList<>();
    private Position beforeTail = Position.ZERO;

    Restoring(
        RecoveredShard known, ShardSnapshots snapshots, Executor loop, Consumer<HostedShard> then) {
      this.known = known;
      this.snapshots = snapshots;
      this.loop = loop;
      this.then = then;
    }

    void readTail(long from) {
      opened
          .journal()
          .read(known.shard(), from, settings.replayBytes(), loop, result -> took(from, result));
    }

    private void took(long from, ReadResult result) {
      if (!isStillWanted()) {
        return;
      }
      if (!(result instanceof ReadResult.Entries found)) {
        LOG.error("{}: the log can't be read from {} on: {}", known.shard(), from, result);
        opening.remove(known.shard());
        return;
      }
      if (tail.isEmpty()) {
        beforeTail = found.previous();
      }
      tail.addAll(found.entries());
      long last = tail.getLast().index();
      if (last < known.last().index()) {
        readTail(last + 1);
      } else {
        load(beforeTail, tail);
      }
    }

    /** False when it was removed meanwhile, and perhaps is wanted again as another one. */
    private boolean isStillWanted() {
      ShardConfig config = opening.get(known.shard());
      if (config != null && recovered.containsKey(known.shard())) {
        return true;
      }
      opening.remove(known.shard());
      if (config != null) {
        open(config, snapshots, loop, then);
      }
      return false;
    }

    void load(Position before, List<LogEntry> entries) {
      Position base = known.state().base();
      if (base.index() == 0) {
        restored(before, entries, SnapshotState.beginning(rows.apply(known.shard())));
        return;
      }
      snapshots.load(
          new SnapshotId(known.shard(), base),
          start -> restored(before, entries, start),
          this::withoutSnapshot);
    }

    private void restored(Position before, List<LogEntry> entries, SnapshotState start) {
      if (isStillWanted()) {
        finish(
            new Beginning(known.shard(), known.state(), before, entries, start),
            settings.promiseUntil(),
            then);
      } else {
        start.rows().close();
      }
    }

    /** Entries behind a state that nobody knows are worth nothing: it begins anew (R13). */
    private void withoutSnapshot(IOException why) {
      LOG.error(
          "{}: its snapshot can't be read; the replica is suspended until a leader has given it"
              + " another one",
          known.shard(),
          why);
      if (!isStillWanted()) {
        return;
      }
      ReplicaState state = known.state().withoutLog();
      try {
        opened
            .journal()
            .append(JournalBatch.builder().reset(known.shard(), state).build(), loop, () -> {});
      } catch (JournalFullException impossible) {
        throw new IllegalStateException("a batch without entries was refused", impossible);
      }
      finish(empty(known.shard(), state), settings.promiseUntil(), then);
    }
  }
}
