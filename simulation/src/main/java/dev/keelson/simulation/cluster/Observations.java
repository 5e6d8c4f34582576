package dev.keelson.simulation.cluster;

import com.google.protobuf.ByteString;
import dev.keelson.core.command.VersionedRow;
import dev.keelson.core.replication.LogEntry;
import dev.keelson.core.replication.Position;
import dev.keelson.core.replication.Replica;
import dev.keelson.core.shard.ReplicaId;
import dev.keelson.core.shard.ShardId;
import dev.keelson.datanode.journal.DurableLog;
import dev.keelson.datanode.journal.OpenedJournal;
import dev.keelson.datanode.snapshot.SnapshotEvent;
import dev.keelson.datanode.storage.InMemoryRows;
import dev.keelson.datanode.storage.OrderedRows;
import dev.keelson.simulation.check.Coverage.Event;
import dev.keelson.simulation.check.Invariant;
import dev.keelson.simulation.check.StateModel;
import dev.keelson.simulation.check.Violation;
import dev.keelson.simulation.world.Ambush.Moment;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** What is seen of one process from outside, and told to the checks and the coverage. */
final class Observations {
  private final SimulatedNode node;
  private final Cluster cluster;
  private final Map<ShardId, Seen> replicas = new HashMap<>();
  private final Map<ShardId, StateModel.Follower> rows = new HashMap<>();
  private final Map<ShardId, StateModel.Follower> newest = new HashMap<>();
  private String oldestSegment = "";

  /** A replica after the last turn. */
  private static final class Seen {
    private long term;
    private boolean unsure;
    private long head;
    private long leading;
    private boolean serving;
    private boolean electing;
    private long applied;

    /** In which the first block of a snapshot came that is being received. */
    private long transferTerm;

    /** Of the last snapshot that was taken. */
    private long taken;
  }

  Observations(SimulatedNode node, Cluster cluster) {
    this.node = node;
    this.cluster = cluster;
  }

  void started(OpenedJournal opened, Map<ShardId, DurableLog> before) {
    opened
        .shards()
        .forEach(
            (shard, found) -> {
              if (before.containsKey(shard)) {
                cluster
                    .durability()
                    .started(
                        new ReplicaId(node.id(), found.state().storage()),
                        found,
                        before.get(shard));
              }
              cluster.trace(() -> node.id() + " finds " + found);
              saw(found.damaged(), Event.DAMAGED_REPLICA);
              saw(found.doubtful(), Event.DOUBTFUL_REPLICA);
            });
    saw(opened.doubtful(), Event.TORN_JOURNAL);
    saw(node.hasPromised(), Event.RESTART_WITHIN_A_PROMISE);
  }

  private void saw(boolean happened, Event event) {
    if (happened) {
      cluster.coverage().saw(event);
    }
  }

  /** After each turn of the loop. */
  void turned(Replica replica) {
    cluster.leaders().see(replica, node.boot());
    cluster.elections().turned(replica);
    cluster.retirements().see(replica);
    ReplicaId self = new ReplicaId(node.id(), replica.state().storage());
    cluster.durability().turned(self, replica);
    Seen seen = replicas.computeIfAbsent(replica.shard(), it -> new Seen());
    boolean first = seen.head == 0 && seen.term == 0;
    boolean unsure = replica.state().suspended() || replica.state().doubtful();
    boolean accepted = replica.state().acceptedLeader().isPresent();
    boolean sameTerm = seen.term == replica.state().term();
    if (!first) {
      saw(replica.head().index() < seen.head, Event.ENTRIES_TRUNCATED);
      saw(
          !sameTerm && accepted && !leads(replica),
          Event.FENCE_MISSED_AND_TERM_TAKEN_FROM_AN_APPEND);
      saw(seen.unsure && !unsure, Event.REPLICA_TRUSTED_AGAIN);
      saw(seen.leading > 0 && !leads(replica) && sameTerm, Event.LEADER_STEPPED_DOWN);
      saw(seen.electing && leads(replica) && !replica.isElecting(), Event.HAND_OVER_GIVEN_UP);
    }
    if (replica.isServing() && !seen.serving) {
      cluster.moment(Moment.BARRIER_COMMITTED, node.id(), node.id());
    }
    seen.term = replica.state().term();
    seen.unsure = unsure;
    seen.head = replica.head().index();
    seen.leading = replica.leadingTerm();
    seen.serving = replica.isServing();
    seen.electing = leads(replica) && replica.isElecting();
  }

  private static boolean leads(Replica replica) {
    return replica.leadingTerm() > 0;
  }

  void applied(ShardId shard, LogEntry entry) {
    boolean isNew = cluster.committed().see(node.id().name(), shard, entry);
    Seen seen = replicas.computeIfAbsent(shard, it -> new Seen());
    seen.applied = entry.index();
    saw(isNew && seen.leading > entry.term(), Event.ENTRIES_COMMITTED_THROUGH_A_BARRIER);
    cluster.trace(() -> node.id() + " applies " + entry.position() + " of " + shard);
    if (entry.index() == 1) {
      // A replica that begins with nothing, perhaps in place of another one that was here.
      rows.put(shard, Objects.requireNonNull(newest.get(shard), "empty rows"));
    }
    cluster.model().applies(follower(shard), entry);
  }

  long applied(ShardId shard) {
    return Optional.ofNullable(replicas.get(shard)).map(it -> it.applied).orElse(0L);
  }

  /** The term that the replica was in after the last turn. */
  long term(ShardId shard) {
    return Optional.ofNullable(replicas.get(shard)).map(it -> it.term).orElse(0L);
  }

  boolean isLeading() {
    return replicas.values().stream().anyMatch(it -> it.leading > 0);
  }

  /** The process is about to end. */
  void crashed() {
    replicas.forEach(
        (shard, seen) -> {
          Optional<DurableLog> durable = node.durable(node.replica(shard), shard);
          saw(
              seen.leading > 0 && durable.map(it -> it.last().index()).orElse(0L) < seen.head,
              Event.LEADER_CRASHED_BEFORE_ITS_WRITE_WAS_DURABLE);
          saw(
              durable.filter(it -> it.state().base().index() < seen.taken).isPresent(),
              Event.CRASH_BETWEEN_A_SNAPSHOT_AND_ITS_RESET);
        });
  }

  private StateModel.Follower follower(ShardId shard) {
    return Objects.requireNonNull(rows.get(shard), "rows that were made");
  }

  /**
   * Empty rows that are held to the model. Those of a snapshot are made while the replica goes on
   * with the ones that it has.
   */
  OrderedRows rows(ShardId shard) {
    StateModel.Follower model = cluster.model().follower(shard, node.id() + " " + shard);
    newest.put(shard, model);
    return new HeldRows(new InMemoryRows(), model);
  }

  void snapshot(ShardId shard, SnapshotEvent event) {
    cluster.trace(() -> node.id() + " " + shard + ": " + event);
    switch (event) {
      case SnapshotEvent.Taken taken -> taken(shard, taken.at());
      case SnapshotEvent.GivenUp ignored -> {
        saw(true, Event.SNAPSHOT_GIVEN_UP);
        seen(shard).transferTerm = 0;
      }
      case SnapshotEvent.Resumed ignored -> saw(true, Event.SNAPSHOT_TRANSFER_RESUMED);
      case SnapshotEvent.Damaged damaged -> damaged(damaged);
      case SnapshotEvent.Restored restored -> restored(shard, restored.at());
      case SnapshotEvent.Based ignored -> based();
      case SnapshotEvent.Sent ignored -> {}
      case SnapshotEvent.Received ignored -> {
        Seen seen = seen(shard);
        seen.transferTerm = seen.transferTerm == 0 ? seen.term : seen.transferTerm;
      }
    }
  }

  private void taken(ShardId shard, Position at) {
    saw(true, Event.SNAPSHOT_TAKEN);
    seen(shard).taken = at.index();
  }

  /** What a base makes useless goes a little later, so this sees what those before it have done. */
  private void based() {
    String oldest = node.oldestSegment();
    saw(!oldestSegment.isEmpty() && !oldest.equals(oldestSegment), Event.SEGMENT_RELEASED);
    oldestSegment = oldest;
  }

  private void damaged(SnapshotEvent.Damaged what) {
    if (!cluster.isBad(node.id())) {
      throw new Violation(
          Invariant.NO_FALSE_ALARM, node.id() + ": damaged although no fault was made: " + what);
    }
    cluster.coverage().saw(Event.SNAPSHOT_DAMAGED);
  }

  private void restored(ShardId shard, Position at) {
    Seen seen = replicas.get(shard);
    saw(seen == null, Event.SNAPSHOT_LOADED_AT_START);
    saw(seen != null, Event.SNAPSHOT_INSTALLED);
    saw(
        seen != null && seen.transferTerm > 0 && seen.transferTerm < seen.term,
        Event.SNAPSHOT_TRANSFER_OVER_A_CHANGE_OF_TERM);
    StateModel.Follower model = Objects.requireNonNull(newest.get(shard), "rows of a snapshot");
    model.restored(at.index());
    rows.put(shard, model);
    seen(shard).applied = at.index();
    seen(shard).transferTerm = 0;
  }

  private Seen seen(ShardId shard) {
    return replicas.computeIfAbsent(shard, it -> new Seen());
  }

  /** Rows whose writes are looked at. */
  private record HeldRows(InMemoryRows rows, StateModel.Follower model) implements OrderedRows {
    @Override
    public Optional<VersionedRow> row(ByteString key) {
      return rows.row(key);
    }

    @Override
    public void put(ByteString key, long version, ByteString row) {
      model.wrote(key, version, row);
      rows.put(key, version, row);
    }

    @Override
    public void delete(ByteString key) {
      rows.delete(key);
    }

    @Override
    public void scan(ByteString lower, ByteString upper, boolean reverse, RowVisitor visitor) {
      rows.scan(lower, upper, reverse, visitor);
    }

    @Override
    public void scanKeys(ByteString lower, ByteString upper, boolean reverse, KeyVisitor visitor) {
      rows.scanKeys(lower, upper, reverse, visitor);
    }

    @Override
    public long rowCount() {
      return rows.rowCount();
    }

    @Override
    public void close() {
      rows.close();
    }
  }
}
