package dev.keelson.datanode.shard;

import dev.keelson.core.replication.LogEntry;
import dev.keelson.core.replication.Position;
import dev.keelson.core.replication.Replica;
import dev.keelson.core.replication.ReplicaState;
import dev.keelson.core.shard.NodeId;
import dev.keelson.core.shard.ReplicaId;
import dev.keelson.core.shard.ShardConfig;
import dev.keelson.core.shard.ShardId;
import dev.keelson.datanode.journal.OpenedJournal;
import dev.keelson.datanode.journal.ReadResult;
import dev.keelson.datanode.journal.RecoveredShard;
import dev.keelson.datanode.storage.OrderedRows;
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
  private final Function<ShardId, OrderedRows> rows;
  private final RandomGenerator random;
  private final LoopEvents events;
  private final Map<ShardId, RecoveredShard> recovered;
  private final Map<ShardId, ShardConfig> opening = new HashMap<>();
  private final Map<NodeId, String> peers = new HashMap<>();

  /**
   * @param rows makes the empty rows of a replica
   */
  public ShardOpening(
      LoopSettings settings,
      LoopExecutor executor,
      OpenedJournal opened,
      Function<ShardId, OrderedRows> rows,
      RandomGenerator random,
      LoopEvents events) {
    this.events = events;
    this.settings = settings;
    this.executor = executor;
    this.opened = opened;
    this.rows = rows;
    this.random = random;
    recovered = new HashMap<>(opened.shards());
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
  void open(ShardConfig config, Executor loop, Consumer<HostedShard> then) {
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
      ReplicaState state = fresh(config, mine.get());
      finish(config.id(), state, Position.ZERO, List.of(), freshPromise(config), then);
      return;
    }
    long from = Math.max(known.state().base().index(), known.state().commitHint());
    if (from >= known.last().index()) {
      finish(config.id(), known.state(), known.last(), List.of(), settings.promiseUntil(), then);
    } else {
      new TailReading(known, loop, then).read(from + 1);
    }
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

  private void finish(
      ShardId shard,
      ReplicaState state,
      Position beforeTail,
      List<LogEntry> tail,
      long promiseUntil,
      Consumer<HostedShard> then) {
    ShardConfig config = opening.remove(shard);
    if (config == null) {
      return;
    }
    recovered.remove(shard);
    Replica replica =
        new Replica(
            config,
            settings.node(),
            settings.boot(),
            settings.replication(),
            random,
            state,
            beforeTail,
            tail,
            promiseUntil,
            executor.nanoTime());
    then.accept(new HostedShard(replica, rows.apply(shard), settings, executor, events));
  }

  /** Reads the entries behind the commit hint, which the replica needs in memory. */
  private final class TailReading {
    private final RecoveredShard known;
    private final Executor loop;
    private final Consumer<HostedShard> then;
    private final List<LogEntry> tail = new ArrayList<>();
    private Position beforeTail = Position.ZERO;

    TailReading(RecoveredShard known, Executor loop, Consumer<HostedShard> then) {
      this.known = known;
      this.loop = loop;
      this.then = then;
    }

    void read(long from) {
      opened
          .journal()
          .read(known.shard(), from, settings.replayBytes(), loop, result -> took(from, result));
    }

    private void took(long from, ReadResult result) {
      ShardConfig config = opening.get(known.shard());
      if (config == null || !recovered.containsKey(known.shard())) {
        // Removed meanwhile, and perhaps wanted again as another one.
        opening.remove(known.shard());
        if (config != null) {
          open(config, loop, then);
        }
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
        read(last + 1);
      } else {
        finish(known.shard(), known.state(), beforeTail, tail, settings.promiseUntil(), then);
      }
    }
  }
}
