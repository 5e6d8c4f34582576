package dev.keelson.router;

import static org.awaitility.Awaitility.await;

import dev.keelson.proto.v1.Cell;
import dev.keelson.proto.v1.ClusteringColumn;
import dev.keelson.proto.v1.Column;
import dev.keelson.proto.v1.ColumnType;
import dev.keelson.proto.v1.CreateTableRequest;
import dev.keelson.proto.v1.DatabaseGrpc;
import dev.keelson.proto.v1.Error;
import dev.keelson.proto.v1.GetRequest;
import dev.keelson.proto.v1.GetResponse;
import dev.keelson.proto.v1.OpenSessionRequest;
import dev.keelson.proto.v1.PutRequest;
import dev.keelson.proto.v1.ScanRequest;
import dev.keelson.proto.v1.TableDefinition;
import dev.keelson.proto.v1.Value;
import dev.keelson.proto.v1.WriteId;
import dev.keelson.runtime.config.Address;
import dev.keelson.runtime.health.Health;
import dev.keelson.runtime.metrics.Metrics;
import dev.keelson.runtime.net.ErrorStatus;
import dev.keelson.runtime.net.EventLoops;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.function.ThrowingSupplier;

/** A router in front of a {@link FakeCluster}, and a client of it. */
final class RouterFixture implements AutoCloseable {
  static final String TABLE = "items";

  final FakeCluster cluster;
  final EventLoops loops = EventLoops.start("test", 1);
  final Health health = new Health();
  final Metrics metrics = new Metrics("test");
  final Router router;
  final ManagedChannel channel;

  private RouterFixture(FakeCluster cluster, RouterConfig config) throws IOException {
    this.cluster = cluster;
    this.router = Router.start(config, cluster.store, loops, health, metrics);
    this.channel =
        NettyChannelBuilder.forAddress("127.0.0.1", router.port())
            .usePlaintext()
            .maxInboundMessageSize(64 << 20)
            .build();
  }

  static RouterConfig config() {
    return RouterConfig.DEFAULTS
        .withListen(new Address("127.0.0.1", 0))
        .withZone("zone2")
        .withKeyspaceDefaults(new dev.keelson.coordination.CatalogStore.KeyspaceDefaults(4, 3));
  }

  /** Three nodes, some shards, and the table {@code items}. */
  static RouterFixture start(int shards) throws IOException {
    return start(FakeCluster.start(3, shards), config());
  }

  static RouterFixture start(FakeCluster cluster, RouterConfig config) throws IOException {
    RouterFixture fixture = new RouterFixture(cluster, config);
    fixture.awaitConnected();
    fixture.createTable(TABLE);
    return fixture;
  }

  /** One more router of a cluster that has the table already; closes the cluster too. */
  static RouterFixture another(FakeCluster cluster) throws IOException {
    RouterFixture fixture = new RouterFixture(cluster, config());
    fixture.awaitConnected();
    return fixture;
  }

  void awaitConnected() {
    await()
        .atMost(Duration.ofSeconds(10))
        .until(() -> health.isReady() && openLinks() == cluster.nodes.size());
  }

  long openLinks() {
    return cluster.nodes.stream()
        .filter(
            node ->
                Double.valueOf(1)
                    .equals(
                        metrics
                            .registry()
                            .getSampleValue(
                                "keelson_router_node_stream_open",
                                new String[] {"node"},
                                new String[] {node.id.name()})))
        .count();
  }

  double metric(String name, String label, String value) {
    Double sample =
        metrics.registry().getSampleValue(name, new String[] {label}, new String[] {value});
    return sample == null ? 0 : sample;
  }

  void createTable(String name) {
    client()
        .createTable(
            CreateTableRequest.newBuilder()
                .setDefinition(
                    TableDefinition.newBuilder()
                        .setName(name)
                        .addColumns(column("bucket", ColumnType.STRING))
                        .addColumns(column("id", ColumnType.INT64))
                        .addColumns(column("value", ColumnType.STRING))
                        .addColumns(column("rating", ColumnType.DOUBLE))
                        .addPartitionColumns("bucket")
                        .addClusteringColumns(ClusteringColumn.newBuilder().setName("id")))
                .build());
  }

  private static Column column(String name, ColumnType type) {
    return Column.newBuilder().setName(name).setType(type).build();
  }

  DatabaseGrpc.DatabaseBlockingStub client() {
    return client(Duration.ofSeconds(10));
  }

  DatabaseGrpc.DatabaseBlockingStub client(Duration deadline) {
    return DatabaseGrpc.newBlockingStub(channel)
        .withDeadlineAfter(deadline.toMillis(), TimeUnit.MILLISECONDS);
  }

  static Value text(String value) {
    return Value.newBuilder().setStringValue(value).build();
  }

  static Value number(long value) {
    return Value.newBuilder().setInt64Value(value).build();
  }

  static Cell cell(String column, String value) {
    return Cell.newBuilder().setColumn(column).setValue(text(value)).build();
  }

  static Cell cell(String column, long value) {
    return Cell.newBuilder().setColumn(column).setValue(number(value)).build();
  }

  static List<Cell> key(String bucket, long id) {
    return List.of(cell("bucket", bucket), cell("id", id));
  }

  static PutRequest putOf(String bucket, long id, String value) {
    return PutRequest.newBuilder()
        .setTable(TABLE)
        .addAllCells(key(bucket, id))
        .addCells(cell("value", value))
        .build();
  }

  static PutRequest putOf(String bucket, long id, String value, long session, long sequence) {
    return putOf(bucket, id, value).toBuilder().setWriteId(writeId(session, sequence)).build();
  }

  static WriteId writeId(long session, long sequence) {
    return WriteId.newBuilder().setSession(session).setSequence(sequence).build();
  }

  static GetRequest getOf(String bucket, long id) {
    return GetRequest.newBuilder().setTable(TABLE).addAllKey(key(bucket, id)).build();
  }

  static ScanRequest scanOf(String bucket) {
    return ScanRequest.newBuilder().setTable(TABLE).addPartition(cell("bucket", bucket)).build();
  }

  void put(String bucket, long id, String value) {
    client().put(putOf(bucket, id, value));
  }

  GetResponse get(String bucket, long id) {
    return client().get(getOf(bucket, id));
  }

  /** The value of a row; empty when there is none. */
  String value(String bucket, long id) {
    GetResponse row = get(bucket, id);
    return row.getCellsList().stream()
        .filter(cell -> cell.getColumn().equals("value"))
        .map(cell -> cell.getValue().getStringValue())
        .findFirst()
        .orElse("");
  }

  long openSession() {
    return client().openSession(OpenSessionRequest.getDefaultInstance()).getSession();
  }

  /** The shard that serves a bucket, and its leader. */
  FakeShard shardOf(String bucket) {
    return cluster.shard(get(bucket, 0).getServed().getShard());
  }

  FakeNode leaderOf(FakeShard shard) {
    if (shard.leader == null) {
      throw new IllegalStateException("nobody leads " + shard.id);
    }
    return cluster.node(shard.leader);
  }

  FakeNode followerOf(FakeShard shard) {
    return cluster.nodes.stream()
        .filter(node -> !node.id.equals(shard.leader))
        .findFirst()
        .orElseThrow();
  }

  /** The error of the catalogue that a call fails with. */
  static Error errorOf(ThrowingSupplier<?> call) {
    try {
      Object answer = call.get();
      throw new AssertionError("it did not fail, but answered " + answer);
    } catch (StatusRuntimeException e) {
      return ErrorStatus.fromStatus(e, false).toProto();
    } catch (RuntimeException e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    channel.shutdownNow();
    router.close();
    cluster.close();
    loops.close();
  }
}
