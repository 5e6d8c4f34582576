package dev.keelson.client;

import dev.keelson.proto.v1.AdminGrpc;
import dev.keelson.proto.v1.CreateKeyspaceRequest;
import dev.keelson.proto.v1.CreateTableRequest;
import dev.keelson.proto.v1.DatabaseGrpc;
import dev.keelson.proto.v1.DescribeClusterRequest;
import dev.keelson.proto.v1.DescribeTableRequest;
import dev.keelson.proto.v1.DrainNodeRequest;
import dev.keelson.proto.v1.DropKeyspaceRequest;
import dev.keelson.proto.v1.DropTableRequest;
import dev.keelson.proto.v1.ForceRecoverRequest;
import dev.keelson.proto.v1.ListKeyspacesRequest;
import dev.keelson.proto.v1.ListTablesRequest;
import dev.keelson.proto.v1.UndrainNodeRequest;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * Keyspaces and tables. Each call waits for its answer and throws {@link KeelsonException}.
 * Thread-safe.
 *
 * <p>Changes that say "if exists" or "if not exists" are sent again when a connection breaks; the
 * others only when it is certain that they were not carried out.
 */
public final class Schema {
  private final UnaryCalls calls;
  private final Duration timeout;

  Schema(UnaryCalls calls, Duration timeout) {
    this.calls = calls;
    this.timeout = timeout;
  }

  /** Creates a table; fails with TABLE_EXISTS when the name is taken. */
  public void createTable(TableDefinition table) {
    var request = CreateTableRequest.newBuilder().setDefinition(table.toProto()).build();
    done(calls.once(DatabaseGrpc.getCreateTableMethod(), request, timeout));
  }

  /** Creates a table unless one with the same definition is there. */
  public void createTableIfNotExists(TableDefinition table) {
    var request =
        CreateTableRequest.newBuilder().setDefinition(table.toProto()).setIfNotExists(true).build();
    done(calls.repeatable(DatabaseGrpc.getCreateTableMethod(), request, timeout));
  }

  /** Drops a table with all its rows; fails with TABLE_NOT_FOUND when there is none. */
  public void dropTable(String keyspace, String table) {
    var request = DropTableRequest.newBuilder().setKeyspace(keyspace).setTable(table).build();
    done(calls.once(DatabaseGrpc.getDropTableMethod(), request, timeout));
  }

  public void dropTableIfExists(String keyspace, String table) {
    var request =
        DropTableRequest.newBuilder()
            .setKeyspace(keyspace)
            .setTable(table)
            .setIfExists(true)
            .build();
    done(calls.repeatable(DatabaseGrpc.getDropTableMethod(), request, timeout));
  }

  /** The tables of all keyspaces. */
  public List<TableDefinition> tables() {
    return tables("");
  }

  public List<TableDefinition> tables(String keyspace) {
    var request = ListTablesRequest.newBuilder().setKeyspace(keyspace).build();
    return await(calls.read(DatabaseGrpc.getListTablesMethod(), request, timeout))
        .getTablesList()
        .stream()
        .map(table -> TableDefinition.fromProto(table.getDefinition()))
        .toList();
  }

  /**
   * A table's definition.
   *
   * @param keyspace empty means the default keyspace
   */
  public TableDefinition table(String keyspace, String table) {
    var request = DescribeTableRequest.newBuilder().setKeyspace(keyspace).setTable(table).build();
    return TableDefinition.fromProto(
        await(calls.read(DatabaseGrpc.getDescribeTableMethod(), request, timeout))
            .getTable()
            .getDefinition());
  }

  public void createKeyspace(KeyspaceDefinition keyspace) {
    var request = CreateKeyspaceRequest.newBuilder().setDefinition(keyspace.toProto()).build();
    done(calls.once(DatabaseGrpc.getCreateKeyspaceMethod(), request, timeout));
  }

  /** Drops a keyspace, which must have no tables. */
  public void dropKeyspace(String name) {
    var request = DropKeyspaceRequest.newBuilder().setName(name).build();
    done(calls.once(DatabaseGrpc.getDropKeyspaceMethod(), request, timeout));
  }

  public List<KeyspaceDefinition> keyspaces() {
    var request = ListKeyspacesRequest.getDefaultInstance();
    return await(calls.read(DatabaseGrpc.getListKeyspacesMethod(), request, timeout))
        .getKeyspacesList()
        .stream()
        .map(KeyspaceDefinition::fromProto)
        .toList();
  }

  ClusterDescription describeCluster() {
    var request = DescribeClusterRequest.getDefaultInstance();
    return ClusterDescription.fromProto(
        await(calls.read(AdminGrpc.getDescribeClusterMethod(), request, timeout)));
  }

  void drainNode(String node, String reason) {
    var request = DrainNodeRequest.newBuilder().setNode(node).setReason(reason).build();
    done(calls.once(AdminGrpc.getDrainNodeMethod(), request, timeout));
  }

  void undrainNode(String node) {
    var request = UndrainNodeRequest.newBuilder().setNode(node).build();
    done(calls.once(AdminGrpc.getUndrainNodeMethod(), request, timeout));
  }

  List<ShardRecovery> recover(ForceRecoverRequest request) {
    return await(calls.once(AdminGrpc.getForceRecoverMethod(), request, timeout))
        .getShardsList()
        .stream()
        .map(ShardRecovery::fromProto)
        .toList();
  }

  private void done(CompletableFuture<?> answer) {
    var unused = await(answer);
  }

  private <T> T await(CompletableFuture<T> answer) {
    return Blocking.await(answer, calls.dispatcher().loop());
  }
}
