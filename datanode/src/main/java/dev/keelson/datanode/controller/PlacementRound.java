package dev.keelson.datanode.controller;

import com.google.protobuf.ByteString;
import dev.keelson.coordination.MetadataKeys;
import dev.keelson.coordination.MetadataStore;
import dev.keelson.coordination.MetadataStore.Change;
import dev.keelson.coordination.MetadataStore.Guard;
import dev.keelson.coordination.MetadataStore.Swap;
import dev.keelson.coordination.MetadataStore.SwapResult;
import dev.keelson.core.placement.KeyspaceLayout;
import dev.keelson.core.placement.PlacementPlan;
import dev.keelson.core.placement.PlacementPlan.Move;
import dev.keelson.core.placement.PlacementPlan.NewShard;
import dev.keelson.core.placement.PlacementPlan.Preference;
import dev.keelson.core.placement.PlacementPlanner;
import dev.keelson.core.shard.NodeId;
import dev.keelson.core.shard.ReplicaId;
import dev.keelson.core.shard.ShardConfig;
import dev.keelson.core.shard.ShardId;
import dev.keelson.proto.internal.v1.CounterRecord;
import dev.keelson.proto.internal.v1.KeyspaceRecord;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One look at the whole cluster and what follows from it. Each swap is guarded by the controller's
 * own key, so that none of a former controller comes through, and by all that it was decided on.
 * Nothing is kept between rounds: after a crash, the next round finds what was done.
 *
 * <p>Runs on a virtual thread and blocks it.
 */
final class PlacementRound {
  private static final Logger LOG = LoggerFactory.getLogger(PlacementRound.class);
  private static final Duration ANSWER = Duration.ofSeconds(10);
  private static final String DEFAULT_KEYSPACE = "main";

  /** Of a swap, which may have 128 operations. */
  private static final int BATCH = 50;

  /** Of shards and nodes together, beside those of the keyspace, the counter and the controller. */
  private static final int GUARDS = 120;

  /** What a round came to. */
  record Outcome(boolean changed, List<String> findings) {}

  private final MetadataStore store;
  private final ControllerConfig config;
  private final Guard ownership;
  private final Absences absences;

  /**
   * @param claimRevision what {@code controller} was claimed at
   */
  PlacementRound(
      MetadataStore store, ControllerConfig config, long claimRevision, Absences absences) {
    this.store = store;
    this.config = config;
    this.ownership = new Guard(MetadataKeys.CONTROLLER, claimRevision);
    this.absences = absences;
  }

  /**
   * @throws TimeoutException and others when etcd can't be asked; the next round tries again
   */
  Outcome run() throws InterruptedException, ExecutionException, TimeoutException {
    ClusterState state = ClusterState.read(await(store.list("")), config);
    if (state.isNew()) {
      return new Outcome(makeDefaultKeyspace(state), List.of());
    }
    PlacementPlan plan = PlacementPlanner.plan(state.view(absences, System.nanoTime()));
    boolean changed =
        create(plan, state)
            | delete(plan.delete())
            | move(plan.moves(), state)
            | prefer(plan.prefer());
    return new Outcome(changed, plan.findings());
  }

  private boolean makeDefaultKeyspace(ClusterState state)
      throws InterruptedException, ExecutionException, TimeoutException {
    long id = state.next(MetadataKeys.KEYSPACE_COUNTER);
    KeyspaceRecord record =
        KeyspaceRecord.newBuilder()
            .setId((int) id)
            .setName(DEFAULT_KEYSPACE)
            .setShards(config.shards())
            .setReplicationFactor(config.replicationFactor())
            .build();
    String key = MetadataKeys.keyspace(DEFAULT_KEYSPACE);
    return swap(
        "making keyspace " + DEFAULT_KEYSPACE,
        List.of(new Guard(key, 0), new Guard(MetadataKeys.KEYSPACE_COUNTER, 0)),
        List.of(
            new Change.Put(key, record.toByteString()),
            new Change.Put(MetadataKeys.KEYSPACE_COUNTER, counter(id + 1))));
  }

  private boolean create(PlacementPlan plan, ClusterState state)
      throws InterruptedException, ExecutionException, TimeoutException {
    Map<KeyspaceLayout, List<NewShard>> byKeyspace = new LinkedHashMap<>();
    plan.create()
        .forEach(it -> byKeyspace.computeIfAbsent(it.keyspace(), k -> new ArrayList<>()).add(it));
    // One batch a round: the next one is guarded by the counter as this one leaves it.
    for (Map.Entry<KeyspaceLayout, List<NewShard>> entry : byKeyspace.entrySet()) {
      return create(entry.getKey(), batch(entry.getValue()), state);
    }
    return false;
  }

  /** As many as a swap has guards for: one for each shard, and one for each node. */
  private static List<NewShard> batch(List<NewShard> shards) {
    Set<NodeId> nodes = new HashSet<>();
    List<NewShard> batch = new ArrayList<>();
    for (NewShard shard : shards) {
      shard.voters().forEach(it -> nodes.add(it.node()));
      if (batch.size() == BATCH || batch.size() + nodes.size() > GUARDS && !batch.isEmpty()) {
        return batch;
      }
      batch.add(shard);
    }
    return batch;
  }

  private boolean create(KeyspaceLayout keyspace, List<NewShard> batch, ClusterState state)
      throws InterruptedException, ExecutionException, TimeoutException {
    String keyspaceKey = MetadataKeys.keyspace(keyspace.name());
    long next = state.next(MetadataKeys.SHARD_COUNTER);
    List<Guard> guards = new ArrayList<>();
    List<Change> changes = new ArrayList<>();
    // Against a drop of the keyspace meanwhile.
    guards.add(new Guard(keyspaceKey, state.revision(keyspaceKey)));
    guards.add(new Guard(MetadataKeys.SHARD_COUNTER, state.revision(MetadataKeys.SHARD_COUNTER)));
    batch.stream()
        .flatMap(it -> it.voters().stream())
        .map(ReplicaId::node)
        .distinct()
        .forEach(it -> guards.add(undrained(it, state)));
    for (NewShard shard : batch) {
      ShardId id = new ShardId(Math.toIntExact(next++));
      guards.add(new Guard(MetadataKeys.shard(id), 0));
      changes.add(new Change.Put(MetadataKeys.shard(id), record(id, shard)));
    }
    changes.add(new Change.Put(MetadataKeys.SHARD_COUNTER, counter(next)));
    return swap(
        "making " + batch.size() + " shards of keyspace " + keyspace.name(), guards, changes);
  }

  private static ByteString record(ShardId id, NewShard shard) {
    return new ShardConfig(
            id,
            shard.keyspace().id(),
            shard.range(),
            0,
            Optional.empty(),
            Optional.empty(),
            shard.voters(),
            List.of(),
            List.of(),
            Optional.of(shard.preferredLeader()),
            0)
        .toRecord()
        .toByteString();
  }

  private boolean delete(List<ShardConfig> shards)
      throws InterruptedException, ExecutionException, TimeoutException {
    boolean changed = false;
    for (int from = 0; from < shards.size(); from += BATCH) {
      List<ShardConfig> batch = shards.subList(from, Math.min(from + BATCH, shards.size()));
      changed |=
          swap(
              "deleting " + batch.size() + " shards of dropped keyspaces",
              batch.stream().map(PlacementRound::unchanged).toList(),
              batch.stream()
                  .<Change>map(it -> new Change.Delete(MetadataKeys.shard(it.id())))
                  .toList());
    }
    return changed;
  }

  /** One by one: the shard's leader may be changing its record right now. */
  private boolean move(List<Move> moves, ClusterState state)
      throws InterruptedException, ExecutionException, TimeoutException {
    boolean changed = false;
    for (Move move : moves) {
      changed |=
          swap(
              move.shard().id()
                  + " should lie on "
                  + move.wanted().voters()
                  + ": "
                  + move.wanted().reason(),
              stillOpen(move, state),
              List.of(
                  new Change.Put(
                      MetadataKeys.shard(move.shard().id()),
                      move.shard().withWanted(move.wanted()).toRecord().toByteString())));
    }
    return changed;
  }

  /**
   * The shard is as it was, and no node that it is new to was drained meanwhile: who has seen a
   * drained node without shards may take it away.
   */
  private static List<Guard> stillOpen(Move move, ClusterState state) {
    Stream<NodeId> joining =
        move.wanted().voters().stream()
            .map(ReplicaId::node)
            .filter(it -> !move.shard().names(it))
            .distinct();
    return Stream.concat(
            Stream.of(unchanged(move.shard())), joining.map(it -> undrained(it, state)))
        .toList();
  }

  private static Guard undrained(NodeId node, ClusterState state) {
    String key = MetadataKeys.drain(node);
    return new Guard(key, state.revision(key));
  }

  private boolean prefer(List<Preference> preferences)
      throws InterruptedException, ExecutionException, TimeoutException {
    boolean changed = false;
    // One by one: an election of one shard must not hold up the others.
    for (Preference preference : preferences) {
      changed |=
          swap(
              preference.shard().id() + " should be led by " + preference.leader(),
              List.of(unchanged(preference.shard())),
              List.of(preferring(preference.shard(), preference.leader())));
    }
    return changed;
  }

  private static Guard unchanged(ShardConfig shard) {
    return new Guard(MetadataKeys.shard(shard.id()), shard.revision());
  }

  private static Change preferring(ShardConfig shard, NodeId leader) {
    return new Change.Put(
        MetadataKeys.shard(shard.id()),
        shard.toRecord().toBuilder().setPreferredLeader(leader.name()).build().toByteString());
  }

  private static ByteString counter(long next) {
    return CounterRecord.newBuilder().setNext(next).build().toByteString();
  }

  /** Whatever becomes of it, the next round sees. */
  private boolean swap(String what, List<Guard> guards, List<Change> changes)
      throws InterruptedException, ExecutionException, TimeoutException {
    List<Guard> all = new ArrayList<>(guards);
    all.add(ownership);
    SwapResult result = await(store.swap(new Swap(all, changes)));
    switch (result) {
      case SwapResult.Swapped swapped -> LOG.info("controller: {}", what);
      case SwapResult.Refused refused -> LOG.debug("controller: {}: overtaken", what);
      case SwapResult.Unknown unknown ->
          LOG.warn("controller: {}: outcome unknown: {}", what, unknown.why());
    }
    return true;
  }

  private static <T> T await(CompletionStage<T> stage)
      throws InterruptedException, ExecutionException, TimeoutException {
    return stage.toCompletableFuture().get(ANSWER.toNanos(), TimeUnit.NANOSECONDS);
  }
}
