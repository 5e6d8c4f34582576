package dev.keelson.simulation.cluster;

import com.google.protobuf.ByteString;
import dev.keelson.core.limit.Limits;
import dev.keelson.core.request.ReadTranslator;
import dev.keelson.core.request.WriteTranslator;
import dev.keelson.core.schema.TableSchema;
import dev.keelson.proto.v1.Cell;
import dev.keelson.proto.v1.Column;
import dev.keelson.proto.v1.ColumnType;
import dev.keelson.proto.v1.Condition;
import dev.keelson.proto.v1.GetRequest;
import dev.keelson.proto.v1.PutRequest;
import dev.keelson.proto.v1.TableDefinition;
import dev.keelson.proto.v1.UpdateRequest;
import dev.keelson.proto.v1.Value;
import dev.keelson.proto.v1.WriteId;

/** The one table of simulated clients, with commands encoded as a router encodes them. */
final class ClientTable {
  private static final TableSchema SCHEMA =
      TableSchema.define(
          1,
          1,
          TableDefinition.newBuilder()
              .setName("registers")
              .addColumns(Column.newBuilder().setName("name").setType(ColumnType.STRING))
              .addColumns(Column.newBuilder().setName("value").setType(ColumnType.INT64))
              .addPartitionColumns("name")
              .build(),
          Limits.DEFAULTS);

  private static final WriteTranslator WRITES = new WriteTranslator(Limits.DEFAULTS);
  private static final ReadTranslator READS = new ReadTranslator(Limits.DEFAULTS);

  private ClientTable() {}

  static ByteString put(String name, long value, WriteId id) {
    PutRequest request =
        PutRequest.newBuilder()
            .setTable("registers")
            .addCells(text(name))
            .addCells(number(value))
            .setWriteId(id)
            .build();
    return WRITES.put((keyspace, table) -> SCHEMA, request).command();
  }

  /** Changes the value if the row still has {@code version}. */
  static ByteString swap(String name, long version, long value, WriteId id) {
    UpdateRequest request =
        UpdateRequest.newBuilder()
            .setTable("registers")
            .addCells(text(name))
            .addCells(number(value))
            .setCondition(Condition.newBuilder().setVersion(version))
            .setWriteId(id)
            .build();
    return WRITES.update((keyspace, table) -> SCHEMA, request).command();
  }

  static ByteString key(String name) {
    return READS.get((keyspace, table) -> SCHEMA, get(name)).key();
  }

  /** Decides which shard holds the row. */
  static int partitionHash(String name) {
    return READS.get((keyspace, table) -> SCHEMA, get(name)).partitionHash();
  }

  static long value(String name, ByteString row) {
    return READS
        .get((keyspace, table) -> SCHEMA, get(name))
        .columns()
        .cells(key(name), row)
        .stream()
        .filter(it -> it.getColumn().equals("value"))
        .findFirst()
        .orElseThrow()
        .getValue()
        .getInt64Value();
  }

  private static GetRequest get(String name) {
    return GetRequest.newBuilder().setTable("registers").addKey(text(name)).build();
  }

  private static Cell text(String name) {
    return Cell.newBuilder()
        .setColumn("name")
        .setValue(Value.newBuilder().setStringValue(name))
        .build();
  }

  private static Cell number(long value) {
    return Cell.newBuilder()
        .setColumn("value")
        .setValue(Value.newBuilder().setInt64Value(value))
        .build();
  }
}
