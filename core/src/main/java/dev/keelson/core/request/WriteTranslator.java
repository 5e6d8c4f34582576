package dev.keelson.core.request;

import dev.keelson.core.error.ErrorCode;
import dev.keelson.core.limit.Limits;
import dev.keelson.core.schema.RowValues;
import dev.keelson.core.schema.TableSchema;
import dev.keelson.proto.internal.v1.Command;
import dev.keelson.proto.internal.v1.Mutation;
import dev.keelson.proto.internal.v1.StoredWriteId;
import dev.keelson.proto.v1.Cell;
import dev.keelson.proto.v1.DeleteRequest;
import dev.keelson.proto.v1.InsertRequest;
import dev.keelson.proto.v1.PutRequest;
import dev.keelson.proto.v1.UpdateRequest;
import dev.keelson.proto.v1.WriteBatchRequest;
import dev.keelson.proto.v1.WriteId;
import dev.keelson.proto.v1.WriteOperation;
import java.util.ArrayList;
import java.util.List;

/** Turns requests to write rows into commands, after all checks that need no row. Immutable. */
public final class WriteTranslator {
  private final Limits limits;
  private final MutationTranslator mutations;

  public WriteTranslator(Limits limits) {
    this.limits = limits;
    this.mutations = new MutationTranslator(limits);
  }

  public ShardWrite put(Tables tables, PutRequest request) {
    return write(List.of(mutation(tables, request)), request.hasWriteId(), request.getWriteId());
  }

  public ShardWrite insert(Tables tables, InsertRequest request) {
    return write(List.of(mutation(tables, request)), request.hasWriteId(), request.getWriteId());
  }

  public ShardWrite update(Tables tables, UpdateRequest request) {
    return write(List.of(mutation(tables, request)), request.hasWriteId(), request.getWriteId());
  }

  public ShardWrite delete(Tables tables, DeleteRequest request) {
    return write(List.of(mutation(tables, request)), request.hasWriteId(), request.getWriteId());
  }

  public ShardWrite batch(Tables tables, WriteBatchRequest request) {
    if (request.getOperationsCount() == 0) {
      throw ErrorCode.INVALID_REQUEST.because("The batch has no operation");
    }
    if (request.getOperationsCount() > limits.batchRows()) {
      throw ErrorCode.BATCH_TOO_LARGE.because(
          "The batch has %d operations, but %d are allowed"
              .formatted(request.getOperationsCount(), limits.batchRows()));
    }
    List<RowMutation> translated = new ArrayList<>(request.getOperationsCount());
    for (WriteOperation operation : request.getOperationsList()) {
      translated.add(mutation(tables, operation));
    }
    return write(translated, request.hasWriteId(), request.getWriteId());
  }

  /** For loads: one whole row to put, to be gathered with others of its partition. */
  public RowMutation put(RowValues values) {
    return mutations.wholeRow(Mutation.Kind.PUT, values);
  }

  /** For loads: rows of one partition as one command without a session. */
  public ShardWrite load(List<RowMutation> rows) {
    return write(rows, false, WriteId.getDefaultInstance());
  }

  /** The same as one command of a session. */
  public ShardWrite load(List<RowMutation> rows, WriteId id) {
    return write(rows, true, id);
  }

  private RowMutation mutation(Tables tables, WriteOperation operation) {
    return switch (operation.getKindCase()) {
      case PUT -> {
        checkNoWriteId(operation.getPut().hasWriteId());
        yield mutation(tables, operation.getPut());
      }
      case INSERT -> {
        checkNoWriteId(operation.getInsert().hasWriteId());
        yield mutation(tables, operation.getInsert());
      }
      case UPDATE -> {
        checkNoWriteId(operation.getUpdate().hasWriteId());
        yield mutation(tables, operation.getUpdate());
      }
      case DELETE -> {
        checkNoWriteId(operation.getDelete().hasWriteId());
        yield mutation(tables, operation.getDelete());
      }
      case KIND_NOT_SET ->
          throw ErrorCode.INVALID_REQUEST.because("An operation of the batch is empty");
    };
  }

  private RowMutation mutation(Tables tables, PutRequest request) {
    TableSchema schema = Requests.table(tables, request.getKeyspace(), request.getTable());
    return wholeRow(Mutation.Kind.PUT, schema, request.getCellsList());
  }

  private RowMutation mutation(Tables tables, InsertRequest request) {
    TableSchema schema = Requests.table(tables, request.getKeyspace(), request.getTable());
    return wholeRow(Mutation.Kind.INSERT, schema, request.getCellsList());
  }

  private RowMutation mutation(Tables tables, UpdateRequest request) {
    TableSchema schema = Requests.table(tables, request.getKeyspace(), request.getTable());
    return mutations.update(schema, request);
  }

  private RowMutation mutation(Tables tables, DeleteRequest request) {
    TableSchema schema = Requests.table(tables, request.getKeyspace(), request.getTable());
    return mutations.delete(schema, request);
  }

  private RowMutation wholeRow(Mutation.Kind kind, TableSchema schema, List<Cell> cells) {
    return mutations.wholeRow(kind, RowValues.of(schema, cells));
  }

  private ShardWrite write(List<RowMutation> rows, boolean hasWriteId, WriteId id) {
    RowMutation first = rows.get(0);
    int hash = first.partitionHash();
    Command.Builder command = Command.newBuilder().setPartitionHash(hash);
    long bytes = 0;
    for (RowMutation row : rows) {
      checkSamePartition(first, row);
      command.addMutations(row.mutation());
      bytes += row.bytes();
    }
    if (rows.size() > 1 && bytes > limits.batchBytes()) {
      throw ErrorCode.BATCH_TOO_LARGE.because(
          "The batch has %d bytes, but %d are allowed".formatted(bytes, limits.batchBytes()));
    }
    if (hasWriteId) {
      command.setWriteId(stored(id));
    }
    return new ShardWrite(first.keyspaceId(), hash, command.build().toByteString(), hasWriteId);
  }

  private static void checkSamePartition(RowMutation first, RowMutation other) {
    if (first != other
        && (first.keyspaceId() != other.keyspaceId()
            || !first.partition().equals(other.partition()))) {
      throw ErrorCode.CROSS_PARTITION_BATCH.because(
          "The operations of the batch are in different partitions");
    }
  }

  private static void checkNoWriteId(boolean hasWriteId) {
    if (hasWriteId) {
      throw ErrorCode.INVALID_REQUEST.because(
          "An operation of the batch has a write_id: name the batch as a whole");
    }
  }

  private static StoredWriteId stored(WriteId id) {
    if (id.getSession() < 1
        || id.getSequence() < 1
        || id.getAnsweredBelow() < 0
        || id.getAnsweredBelow() > id.getSequence()) {
      throw ErrorCode.INVALID_REQUEST.because(
          "The write_id needs a session from OpenSession, a sequence from 1 on, and answered_below"
              + " not above the sequence");
    }
    return StoredWriteId.newBuilder()
        .setSession(id.getSession())
        .setSequence(id.getSequence())
        .setAnsweredBelow(id.getAnsweredBelow())
        .build();
  }
}
