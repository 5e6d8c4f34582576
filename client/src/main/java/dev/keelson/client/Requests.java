package dev.keelson.client;

import dev.keelson.proto.v1.BatchGetKey;
import dev.keelson.proto.v1.BatchGetRequest;
import dev.keelson.proto.v1.DeleteRequest;
import dev.keelson.proto.v1.GetRequest;
import dev.keelson.proto.v1.InsertRequest;
import dev.keelson.proto.v1.PutRequest;
import dev.keelson.proto.v1.ReadOptions;
import dev.keelson.proto.v1.UpdateRequest;
import java.util.List;

/** Builds the messages of the point operations; write ids are set when they are sent. */
final class Requests {
  private Requests() {}

  static GetRequest get(
      String keyspace, String table, Row key, List<String> columns, ReadOptions options) {
    return GetRequest.newBuilder()
        .setKeyspace(keyspace)
        .setTable(table)
        .addAllKey(key.toCells())
        .addAllColumns(columns)
        .setOptions(options)
        .build();
  }

  static BatchGetRequest batchGet(
      String keyspace, String table, List<Row> keys, List<String> columns, ReadOptions options) {
    BatchGetRequest.Builder request =
        BatchGetRequest.newBuilder()
            .setKeyspace(keyspace)
            .setTable(table)
            .addAllColumns(columns)
            .setOptions(options);
    keys.forEach(key -> request.addKeys(BatchGetKey.newBuilder().addAllKey(key.toCells())));
    return request.build();
  }

  static PutRequest put(String keyspace, String table, Row row) {
    return PutRequest.newBuilder()
        .setKeyspace(keyspace)
        .setTable(table)
        .addAllCells(row.toCells())
        .build();
  }

  static InsertRequest insert(String keyspace, String table, Row row) {
    return InsertRequest.newBuilder()
        .setKeyspace(keyspace)
        .setTable(table)
        .addAllCells(row.toCells())
        .build();
  }

  static UpdateRequest update(String keyspace, String table, Row changes, Condition condition) {
    UpdateRequest.Builder request =
        UpdateRequest.newBuilder()
            .setKeyspace(keyspace)
            .setTable(table)
            .addAllCells(changes.toCells());
    if (!condition.isNone()) {
      request.setCondition(condition.toProto());
    }
    return request.build();
  }

  static DeleteRequest delete(String keyspace, String table, Row key, Condition condition) {
    DeleteRequest.Builder request =
        DeleteRequest.newBuilder().setKeyspace(keyspace).setTable(table).addAllKey(key.toCells());
    if (!condition.isNone()) {
      request.setCondition(condition.toProto());
    }
    return request.build();
  }
}
