package dev.keelson.simulation.cluster;

import dev.keelson.coordination.MetadataKeys;
import dev.keelson.coordination.MetadataStore.Change;
import dev.keelson.coordination.MetadataStore.Entry;
import dev.keelson.coordination.MetadataStore.Swap;
import dev.keelson.core.shard.HashRange;
import dev.keelson.core.shard.NodeId;
import dev.keelson.core.shard.ReplicaId;
import dev.keelson.core.shard.ShardConfig;
import dev.keelson.core.shard.ShardId;
import dev.keelson.datanode.journal.DurableLog;
import dev.keelson.datanode.shard.MetadataShardRecords;
import dev.keelson.proto.internal.v1.PeerMessage;
import dev.keelson.simulation.check.CommittedEntries;
import dev.keelson.simulation.check.Coverage;
import dev.keelson.simulation.check.Durability;
import dev.keelson.simulation.check.Elections;
import dev.keelson.simulation.check.EtcdRules;
import dev.keelson.simulation.check.Holder;
import dev.keelson.simulation.check.Retirements;
import dev.keelson.simulation.check.StateModel;
import dev.keelson.simulation.check.TermLeaders;
import dev.keelson.simulation.check.VoterSets;
import dev.keelson.simulation.world.Ambush.Moment;
import dev.keelson.simulation.world.Faults;
import dev.keelson.simulation.world.MembershipFaults;
import dev.keelson.simulation.world.Network;
import dev.keelson.simulation.world.Shape;
import dev.keelson.simulation.world.Shape.BadDisk;
import dev.keelson.simulation.world.SharedMetadata;
import dev.keelson.simulation.world.Trace;
import dev.keelson.simulation.world.VirtualTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/** Nodes, the connections between them, and what is held against them. */
public final class Cluster implements Holder {
  private static final long MILLISECOND = 1_000_000;

  private final VirtualTime time;
  private final RandomGenerator random;
  private final Trace trace;
  private final MembershipFaults membership;
  private final VoterSets voterSets = new VoterSets();
  private final Retirements retirements = new Retirements();
  private final Shape shape;
  private final Faults faults;
  private final Network network;
  private final Messages messages = new Messages(this);
  private final Coverage coverage = new Coverage();
  private final Durability durability = new Durability(this);
  private final Elections elections = new Elections(this);
  private final EtcdRules etcdRules = new EtcdRules();
  private final StateModel model = new StateModel(coverage);
  private final SharedMetadata metadata = new SharedMetadata();
  private final TermLeaders leaders = new TermLeaders();
  private final CommittedEntries committed = new CommittedEntries();
  private final Map<NodeId, SimulatedNode> nodes = new TreeMap<>();
  private final Map<Pair, Long> connections = new HashMap<>();
  private final List<ShardId> shards = new ArrayList<>();
  private Ambushes ambushes = (moment, it, other) -> {};
  private long connectionsMade;

  /** Who waits for moments. */
  interface Ambushes {
    void moment(Moment moment, NodeId it, NodeId other);
  }

  /** Two nodes, in their order. */
  private record Pair(NodeId first, NodeId second) {
    static Pair of(NodeId one, NodeId other) {
      return one.compareTo(other) < 0 ? new Pair(one, other) : new Pair(other, one);
    }
  }

  public Cluster(
      VirtualTime time,
      RandomGenerator random,
      Shape shape,
      Faults faults,
      MembershipFaults membership,
      Trace trace) {
    this.membership = membership;
    this.trace = trace;
    this.time = time;
    this.random = random;
    this.shape = shape;
    this.faults = faults;
    network = new Network(time, random, faults, this::receive);
    for (int i = 0; i < shape.nodes(); i++) {
      NodeId id = new NodeId("n" + i);
      nodes.put(id, new SimulatedNode(id, this, clockRate()));
    }
    node(badNode()).slowDisk(shape.slowDiskFactor());
    metadata.observe(this::recorded);
    metadata.observe(it -> MetadataShardRecords.parse(it).ifPresent(voterSets::see));
    for (int i = 0; i < shape.shards(); i++) {
      place(new ShardId(i), i, shape.shards());
    }
    nodes.values().forEach(SimulatedNode::start);
    connectLoop();
  }

  /** At the bounds as often as between them. */
  private double clockRate() {
    double share = random.nextBoolean() ? random.nextDouble() * 2 - 1 : random.nextInt(3) - 1;
    return 1 + share * faults.drift() / 2;
  }

  private void place(ShardId shard, int part, int parts) {
    List<NodeId> ids = List.copyOf(nodes.keySet());
    int replicas = shape.voters();
    List<ReplicaId> voters = new ArrayList<>();
    for (int i = 0; i < replicas; i++) {
      NodeId node = ids.get((part + i) % ids.size());
      voters.add(new ReplicaId(node, node(node).diskName()));
    }
    ShardConfig config =
        new ShardConfig(
            shard,
            1,
            HashRange.part(part, parts),
            0,
            Optional.empty(),
            Optional.empty(),
            voters,
            List.of(),
            List.of(),
            Optional.of(voters.getFirst().node()),
            0);
    metadata.swap(Swap.put(MetadataKeys.shard(shard), 0, config.toRecord().toByteString()));
    shards.add(shard);
  }

  VirtualTime time() {
    return time;
  }

  RandomGenerator random() {
    return random;
  }

  /** For whoever reads what happened in a run. */
  void trace(Supplier<String> line) {
    trace.line(time.now(), line);
  }

  Shape shape() {
    return shape;
  }

  Faults faults() {
    return faults;
  }

  SharedMetadata metadata() {
    return metadata;
  }

  public Coverage coverage() {
    return coverage;
  }

  Durability durability() {
    return durability;
  }

  Elections elections() {
    return elections;
  }

  EtcdRules etcdRules() {
    return etcdRules;
  }

  StateModel model() {
    return model;
  }

  public TermLeaders leaders() {
    return leaders;
  }

  public CommittedEntries committed() {
    return committed;
  }

  public List<ShardId> shards() {
    return List.copyOf(shards);
  }

  public List<NodeId> nodes() {
    return List.copyOf(nodes.keySet());
  }

  SimulatedNode node(NodeId id) {
    SimulatedNode node = nodes.get(id);
    if (node == null) {
      throw new IllegalArgumentException("no node " + id);
    }
    return node;
  }

  /** Each replica's view, for whoever reads about a failed run. */
  public String describe() {
    StringBuilder text = new StringBuilder();
    for (SimulatedNode node : nodes.values()) {
      node.shards()
          .ifPresent(
              shards ->
                  shards.inspect(
                      it ->
                          text.append(
                              "%n  %s %s: %s head %s commit %d leads %d serves %s, knows %s led by %s revision %d"
                                  .formatted(
                                      node.id(),
                                      it.shard(),
                                      it.state(),
                                      it.head(),
                                      it.commitIndex(),
                                      it.leadingTerm(),
                                      it.isServing(),
                                      it.config().election(),
                                      it.config().leader(),
                                      it.config().revision()))));
    }
    shards.forEach(it -> text.append("%n  etcd: %s".formatted(record(it))));
    return text.toString();
  }

  public Network network() {
    return network;
  }

  // ---- what checks may see

  @Override
  public Optional<DurableLog> durable(ReplicaId replica, ShardId shard) {
    return node(replica.node()).durable(replica, shard);
  }

  @Override
  public void eachReplica(ShardId shard, ReplicaView view) {
    for (SimulatedNode node : nodes.values()) {
      node.shards()
          .ifPresent(
              it ->
                  it.inspect(
                      replica -> {
                        if (replica.shard().equals(shard)) {
                          view.see(node.id(), replica, node.nanoTime().orElseThrow());
                        }
                      }));
    }
  }

  private void recorded(Entry entry) {
    MetadataShardRecords.parse(entry)
        .ifPresent(
            config -> {
              trace(() -> "recorded " + config);
              elections.recorded(config);
              messages.recorded(config);
            });
  }

  void asked(Swap swap) {
    for (Change change : swap.changes()) {
      if (change instanceof Change.Put put && put.key().startsWith(MetadataKeys.SHARDS)) {
        MetadataShardRecords.parse(new Entry(put.key(), put.value(), 0))
            .ifPresent(elections::asked);
      }
    }
  }

  void answerLost(Swap swap) {
    messages.answerLost(swap);
  }

  /** Something happened that an ambush may wait for. */
  void moment(Moment moment, NodeId it, NodeId other) {
    ambushes.moment(moment, it, other);
  }

  // ---- connections

  void send(NodeId from, NodeId to, PeerMessage message) {
    if (message.hasNewTermAnswer()) {
      retirements.seeVote(
          new ReplicaId(from, message.getNewTermAnswer().getStorageId()),
          new ShardId(message.getShard()));
    }
    trace(() -> from + " to " + to + ": " + Trace.oneLine(message));
    messages.sent(node(from), to, message);
    Long connection = connections.get(Pair.of(from, to));
    if (connection != null) {
      network.send(from, connection, to, message);
    }
  }

  /** A message of a connection that has ended is dropped, as a socket would. */
  private void receive(NodeId to, NodeId from, long connection, PeerMessage message) {
    if (connections.getOrDefault(Pair.of(from, to), 0L) == connection) {
      messages.arrives(node(to), from, message);
      long boot = node(from).boot();
      node(to).shards().ifPresent(it -> it.receive(from, boot, List.of(message)));
    }
  }

  /** Peers that are not connected try again and again. */
  private void connectLoop() {
    for (NodeId one : nodes.keySet()) {
      for (NodeId other : nodes.keySet()) {
        if (one.compareTo(other) < 0) {
          connect(one, other);
        }
      }
    }
    time.after(20 * MILLISECOND + random.nextLong(50 * MILLISECOND), this::connectLoop);
  }

  private void connect(NodeId one, NodeId other) {
    boolean possible =
        node(one).isUp()
            && node(other).isUp()
            && !node(one).isPaused()
            && !node(other).isPaused()
            && !network.isCut(one, other)
            && !network.isCut(other, one);
    boolean connected = possible && !connections.containsKey(Pair.of(one, other));
    if (connected) {
      trace(() -> one + " and " + other + " are connected");
    }
    if (possible && connections.putIfAbsent(Pair.of(one, other), connectionsMade + 1) == null) {
      connectionsMade++;
      tellConnected(one, other);
      tellConnected(other, one);
    }
  }

  private void tellConnected(NodeId whom, NodeId peer) {
    node(whom).connected(node(peer));
  }

  /** Both sides notice that their connection is gone, each a little later. */
  private void disconnect(NodeId one, NodeId other) {
    if (connections.remove(Pair.of(one, other)) != null) {
      trace(() -> one + " and " + other + " are disconnected");
      node(one).shards().ifPresent(it -> it.peerLost(other));
      node(other).shards().ifPresent(it -> it.peerLost(one));
    }
  }

  // ---- faults

  void crash(NodeId id) {
    SimulatedNode node = node(id);
    if (!node.isUp()) {
      return;
    }
    trace(() -> id + " crashes" + (losesPower(id) ? " without power" : ""));
    node.crash(losesPower(id));
    nodes.keySet().stream().filter(it -> !it.equals(id)).forEach(it -> disconnect(id, it));
  }

  /**
   * With a bad disk in the cluster the other disks are well: a shard survives one lost replica, not
   * two.
   */
  private boolean losesPower(NodeId id) {
    // What is lost for good must not meet what is in doubt: a shard survives one of them.
    return faults.powerLoss()
        && !membership.loseDisks()
        && (shape.badDisk() == BadDisk.NONE || isBad(id));
  }

  NodeId badNode() {
    return new NodeId("n0");
  }

  @Override
  public boolean isBad(NodeId id) {
    return shape.badDisk() != BadDisk.NONE && id.equals(badNode());
  }

  void restart(NodeId id) {
    if (!node(id).isUp() && !node(id).isDead()) {
      node(id).start();
      trace(() -> id + " starts, boot " + node(id).boot());
    }
  }

  /** One way, or both; sockets notice it at once, late or never. */
  void cut(NodeId one, NodeId other, boolean bothWays, long noticeNanos) {
    trace(() -> "cut " + one + " to " + other + (bothWays ? " and back" : ""));
    network.cut(one, other);
    if (bothWays) {
      network.cut(other, one);
    }
    time.after(
        noticeNanos,
        () -> {
          if (network.isCut(one, other)) {
            disconnect(one, other);
          }
        });
  }

  void mend(NodeId one, NodeId other) {
    network.mend(one, other);
    network.mend(other, one);
  }

  /** Asks for another leader, as the controller does. */
  void prefer(ShardId shard, NodeId leader) {
    metadata
        .get(MetadataKeys.shard(shard))
        .flatMap(MetadataShardRecords::parse)
        .filter(it -> it.replicaOn(leader).isPresent())
        .ifPresent(
            it -> {
              var record = it.toRecord().toBuilder().setPreferredLeader(leader.name()).build();
              metadata.swap(
                  Swap.put(MetadataKeys.shard(shard), it.revision(), record.toByteString()));
            });
  }

  void ambushes(Ambushes waiting) {
    ambushes = waiting;
  }

  /** The shards whose replicas are not equal, with what they are; those on bad disks aside. */
  public List<String> unequal() {
    List<String> found = new ArrayList<>();
    for (ShardId shard : shards) {
      TreeSet<String> ends = new TreeSet<>();
      for (ReplicaId voter : record(shard).voters()) {
        node(voter.node()).end(voter, shard).ifPresent(ends::add);
      }
      if (ends.size() > 1) {
        found.add(shard + ": " + ends);
      }
    }
    return found;
  }

  public long now() {
    return time.now();
  }

  public void runFor(long nanos) {
    time.runUntil(time.now() + nanos);
  }

  public VoterSets voterSets() {
    return voterSets;
  }

  Retirements retirements() {
    return retirements;
  }

  /** What the metadata store says of a shard now. */
  public ShardConfig record(ShardId shard) {
    return metadata
        .get(MetadataKeys.shard(shard))
        .flatMap(MetadataShardRecords::parse)
        .orElseThrow();
  }

  /** Those that are up or will be again. */
  List<NodeId> living() {
    return nodes.values().stream().filter(it -> !it.isDead()).map(SimulatedNode::id).toList();
  }

  /** Whether what the replica had was not lost with its disk or node. */
  boolean isThere(ReplicaId replica) {
    SimulatedNode node = node(replica.node());
    return !node.isDead() && replica.liesOn(node.id(), node.diskName());
  }

  public void healAll() {
    trace(() -> "everything is healed");
    network.heal();
    metadata.away(false);
    nodes.keySet().forEach(this::restart);
    nodes.values().forEach(SimulatedNode::heal);
  }
}
