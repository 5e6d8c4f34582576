package dev.keelson.client;

import dev.keelson.proto.v1.WriteBatchRequest;
import dev.keelson.proto.v1.WriteOperation;
import java.util.ArrayList;
import java.util.List;

/**
 * Writes that are applied all or none. All rows must lie in one partition; the tables may differ
 * when they share a keyspace and the partition's key. Not thread-safe.
 */
public final class WriteBatch {
  private final String keyspace;
  private final List<WriteOperation> operations = new ArrayList<>();

  private WriteBatch(String keyspace) {
    this.keyspace = keyspace;
  }

  /** For tables of the default keyspace. */
  public static WriteBatch create() {
    return in("");
  }

  public static WriteBatch in(String keyspace) {
    return new WriteBatch(keyspace);
  }

  public WriteBatch put(String table, Row row) {
    return add(WriteOperation.newBuilder().setPut(Requests.put(keyspace, table, row)));
  }

  public WriteBatch insert(String table, Row row) {
    return add(WriteOperation.newBuilder().setInsert(Requests.insert(keyspace, table, row)));
  }

  public WriteBatch update(String table, Row changes) {
    return update(table, changes, Condition.none());
  }

  public WriteBatch update(String table, Row changes, Condition condition) {
    return add(
        WriteOperation.newBuilder()
            .setUpdate(Requests.update(keyspace, table, changes, condition)));
  }

  public WriteBatch delete(String table, Row key) {
    return delete(table, key, Condition.none());
  }

  public WriteBatch delete(String table, Row key, Condition condition) {
    return add(
        WriteOperation.newBuilder().setDelete(Requests.delete(keyspace, table, key, condition)));
  }

  /** How many writes there are. */
  public int size() {
    return operations.size();
  }

  private WriteBatch add(WriteOperation.Builder operation) {
    operations.add(operation.build());
    return this;
  }

  WriteBatchRequest toProto() {
    return WriteBatchRequest.newBuilder().addAllOperations(operations).build();
  }
}
