package dev.keelson.router;

import com.google.protobuf.ByteString;
import dev.keelson.coordination.InMemoryMetadataStore;
import dev.keelson.coordination.MetadataKeys;
import dev.keelson.coordination.MetadataStore.Change;
import dev.keelson.coordination.MetadataStore.Swap;
import dev.keelson.core.shard.HashRange;
import dev.keelson.core.shard.NodeId;
import dev.keelson.core.shard.ReplicaId;
import dev.keelson.core.shard.ShardConfig;
import dev.keelson.core.shard.ShardId;
import dev.keelson.proto.internal.v1.ClusterRecord;
import dev.keelson.proto.internal.v1.IdentityRecord;
import dev.keelson.proto.internal.v1.KeyspaceRecord;
import dev.keelson.proto.internal.v1.NodeRecord;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Data nodes with shards in the keyspace {@code main}, and the metadata store that names them. */
final class FakeCluster implements AutoCloseable {
  static final String CLUSTER_ID = "test-cluster";
  static final int KEYSPACE_ID = 1;

  final InMemoryMetadataStore store = new InMemoryMetadataStore();
  final List<FakeNode> nodes = new ArrayList<>();
  private final Map<Integer, FakeShard> shards = new TreeMap<>();

  private FakeCluster() {}

  /** Each node in a zone of its own, each shard on all nodes, leaders in turn. */
  static FakeCluster start(int nodeCount, int shardCount) throws IOException {
    FakeCluster cluster = new FakeCluster();
    for (int i = 1; i <= nodeCount; i++) {
      cluster.nodes.add(new FakeNode(new NodeId("n" + i), "zone" + i, cluster).start());
    }
    for (int i = 0; i < shardCount; i++) {
      List<NodeId> voters = new ArrayList<>();
      for (int j = 0; j < nodeCount; j++) {
        voters.add(cluster.nodes.get((i + j) % nodeCount).id);
      }
      ShardId id = new ShardId(i + 1);
      cluster.shards.put(
          id.number(), new FakeShard(id, HashRange.part(i, shardCount), List.copyOf(voters)));
    }
    cluster.publish();
    return cluster;
  }

  private void publish() {
    put(
        MetadataKeys.CLUSTER,
        ClusterRecord.newBuilder().setClusterId(CLUSTER_ID).setFormat(1).build().toByteString());
    put(
        MetadataKeys.keyspace("main"),
        KeyspaceRecord.newBuilder()
            .setId(KEYSPACE_ID)
            .setName("main")
            .setShards(shards.size())
            .setReplicationFactor(nodes.size())
            .build()
            .toByteString());
    nodes.forEach(this::register);
    shards.values().forEach(this::publish);
  }

  void register(FakeNode node) {
    put(
        MetadataKeys.node(node.id),
        NodeRecord.newBuilder()
            .setNode(node.id.name())
            .setZone(node.zone)
            .setHost("host-of-" + node.id.name())
            .setAddress(node.address())
            .setBoot(1)
            .setVersion("test")
            .build()
            .toByteString());
  }

  void unregister(FakeNode node) {
    swap(new Change.Delete(MetadataKeys.node(node.id)));
  }

  void publish(FakeShard shard) {
    ShardConfig config =
        new ShardConfig(
            shard.id,
            KEYSPACE_ID,
            shard.range,
            shard.term,
            Optional.empty(),
            Optional.ofNullable(shard.leader),
            shard.voters.stream().map(node -> new ReplicaId(node, "disk")).toList(),
            List.of(),
            List.of(),
            Optional.empty(),
            0);
    put(MetadataKeys.shard(shard.id), config.toRecord().toByteString());
  }

  /** A new leader in a new term, which the nodes know and the metadata store doesn't yet. */
  void leads(FakeShard shard, FakeNode leader) {
    shard.term++;
    shard.leader = leader.id;
  }

  /** The shard's next term, of which nobody is the leader yet. */
  void elects(FakeShard shard) {
    shard.term++;
    shard.leader = null;
    publish(shard);
  }

  /** The nodes have two shards instead of one, and the metadata store doesn't say so yet. */
  List<FakeShard> splits(FakeShard parent) {
    shards.remove(parent.id.number());
    long middle = (parent.range.start() + parent.range.end()) / 2;
    List<FakeShard> children =
        List.of(
            new FakeShard(
                new ShardId(101), new HashRange(parent.range.start(), middle), parent.voters),
            new FakeShard(
                new ShardId(102), new HashRange(middle, parent.range.end()), parent.voters));
    children.forEach(it -> shards.put(it.id.number(), it));
    return children;
  }

  void publishSplit(FakeShard parent, List<FakeShard> children) {
    children.forEach(this::publish);
    swap(new Change.Delete(MetadataKeys.shard(parent.id)));
  }

  boolean has(int shard) {
    return shards.containsKey(shard);
  }

  /** The node has started once, so that the metadata store knows it. */
  void identify(String node) {
    put(
        MetadataKeys.identity(new NodeId(node)),
        IdentityRecord.newBuilder().setBoot(1).setDiskId("disk").build().toByteString());
  }

  private void put(String key, ByteString value) {
    swap(new Change.Put(key, value));
  }

  private void swap(Change change) {
    store.swap(new Swap(List.of(), List.of(change))).toCompletableFuture().join();
  }

  FakeShard shard(int number) {
    FakeShard shard = shards.get(number);
    if (shard == null) {
      throw new IllegalArgumentException("no shard " + number);
    }
    return shard;
  }

  Collection<FakeShard> shards() {
    return shards.values();
  }

  FakeNode node(NodeId id) {
    return nodes.stream().filter(node -> node.id.equals(id)).findFirst().orElseThrow();
  }

  /** Commands that all shards have applied, also those that changed nothing. */
  long commandsApplied() {
    return shards.values().stream().mapToLong(FakeShard::commandsApplied).sum();
  }

  int rowCount() {
    return shards.values().stream().mapToInt(FakeShard::rowCount).sum();
  }

  @Override
  public void close() {
    nodes.forEach(FakeNode::close);
    store.close();
  }
}
