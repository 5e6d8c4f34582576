package dev.keelson.core.command;

import com.google.protobuf.ByteString;
import dev.keelson.core.key.KeyEncoder;
import dev.keelson.core.key.RowKey;
import dev.keelson.core.row.RowCodec;
import dev.keelson.core.schema.ColumnType;
import dev.keelson.core.schema.RowValues;
import dev.keelson.core.schema.SampleTables;
import dev.keelson.core.schema.TableSchema;
import dev.keelson.proto.internal.v1.Command;
import dev.keelson.proto.internal.v1.Mutation;
import dev.keelson.proto.internal.v1.StoredCondition;
import dev.keelson.proto.internal.v1.StoredWriteId;
import dev.keelson.proto.v1.Cell;
import java.util.List;

/** Commands on one partition of a table with the columns k (the row), v0 and v1 (numbers). */
final class Commands {
  static final TableSchema TABLE =
      TableSchema.fromRecord(
          SampleTables.keyedBy(
                  1,
                  List.of(ColumnType.INT64, ColumnType.INT64, ColumnType.INT64, ColumnType.STRING),
                  List.of(false, false, false, false))
              .toRecord()
              .toBuilder()
              .removeClusteringColumns(2)
              .removeClusteringColumns(1)
              .build());

  private Commands() {}

  /** The key of a row of the partition 0. */
  static RowKey key(long row) {
    return key(0, row);
  }

  static RowKey key(long partition, long row) {
    return new KeyEncoder(TABLE, 4_096)
        .encode(values(SampleTables.number("c0", partition), SampleTables.number("c1", row)));
  }

  static ByteString row(long number) {
    return RowCodec.encode(values(number(number)));
  }

  static ByteString row(long number, String text) {
    return RowCodec.encode(values(number(number), SampleTables.text("c3", text)));
  }

  static Cell number(long value) {
    return SampleTables.number("c2", value);
  }

  static ByteString named(Cell... cells) {
    return RowCodec.encodeNamed(values(cells));
  }

  static RowValues values(Cell... cells) {
    return RowValues.of(TABLE, List.of(cells));
  }

  static Mutation put(long key, ByteString row) {
    return mutation(Mutation.Kind.PUT, key, row);
  }

  static Mutation insert(long key, ByteString row) {
    return mutation(Mutation.Kind.INSERT, key, row);
  }

  static Mutation update(long key, Cell... cells) {
    return mutation(Mutation.Kind.UPDATE, key, named(cells));
  }

  static Mutation delete(long key) {
    return mutation(Mutation.Kind.DELETE, key, ByteString.EMPTY);
  }

  static Mutation mutation(Mutation.Kind kind, long key, ByteString row) {
    return Mutation.newBuilder().setKind(kind).setKey(key(key).bytes()).setRow(row).build();
  }

  static Mutation when(StoredCondition.Builder condition, Mutation mutation) {
    return mutation.toBuilder().setCondition(condition).build();
  }

  static StoredCondition.Builder exists(boolean exists) {
    return StoredCondition.newBuilder().setExists(exists);
  }

  static StoredCondition.Builder version(long version) {
    return StoredCondition.newBuilder().setVersion(version);
  }

  static StoredCondition.Builder equal(Cell... cells) {
    return StoredCondition.newBuilder().setEqual(named(cells));
  }

  static Command command(Mutation... mutations) {
    return Command.newBuilder()
        .setPartitionHash(key(0).partitionHash())
        .addAllMutations(List.of(mutations))
        .build();
  }

  static Command once(long session, long sequence, long answeredBelow, Mutation... mutations) {
    return command(mutations).toBuilder()
        .setWriteId(
            StoredWriteId.newBuilder()
                .setSession(session)
                .setSequence(sequence)
                .setAnsweredBelow(answeredBelow))
        .build();
  }
}
