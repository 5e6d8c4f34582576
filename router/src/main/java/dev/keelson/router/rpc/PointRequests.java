package dev.keelson.router.rpc;

import dev.keelson.core.error.DatabaseException;
import dev.keelson.core.error.ErrorCode;
import dev.keelson.proto.v1.BatchGetRequest;
import dev.keelson.proto.v1.BatchGetResponse;
import dev.keelson.proto.v1.DeleteRequest;
import dev.keelson.proto.v1.GetRequest;
import dev.keelson.proto.v1.GetResponse;
import dev.keelson.proto.v1.InsertRequest;
import dev.keelson.proto.v1.PutRequest;
import dev.keelson.proto.v1.UpdateRequest;
import dev.keelson.proto.v1.WriteBatchRequest;
import dev.keelson.proto.v1.WriteOperation;
import dev.keelson.proto.v1.WriteResponse;
import dev.keelson.router.request.Outcome;
import dev.keelson.router.request.Reads;
import dev.keelson.router.request.Writes;
import dev.keelson.router.rpc.RequestMetrics.Method;
import dev.keelson.router.schema.KnownTables;
import dev.keelson.router.schema.TableLookup;
import java.util.function.Consumer;

/**
 * Reads and writes with one answer, whether they come as calls or in frames. Never blocks. A table
 * that isn't known is looked up once, since it may just have been made through another router.
 */
public final class PointRequests {
  private final Reads reads;
  private final Writes writes;
  private final KnownTables tables;
  private final TableLookup lookup;
  private final RequestMetrics metrics;

  public PointRequests(
      Reads reads, Writes writes, KnownTables tables, TableLookup lookup, RequestMetrics metrics) {
    this.reads = reads;
    this.writes = writes;
    this.tables = tables;
    this.lookup = lookup;
    this.metrics = metrics;
  }

  void get(GetRequest request, long deadlineNanos, Outcome<GetResponse> outcome) {
    run(
        Method.GET,
        request.getKeyspace(),
        request.getTable(),
        outcome,
        it -> reads.get(request, deadlineNanos, it));
  }

  void batchGet(BatchGetRequest request, long deadlineNanos, Outcome<BatchGetResponse> outcome) {
    run(
        Method.BATCH_GET,
        request.getKeyspace(),
        request.getTable(),
        outcome,
        it -> reads.batchGet(request, deadlineNanos, it));
  }

  void put(PutRequest request, long deadlineNanos, Outcome<WriteResponse> outcome) {
    run(
        Method.PUT,
        request.getKeyspace(),
        request.getTable(),
        outcome,
        it -> writes.put(request, deadlineNanos, it));
  }

  void insert(InsertRequest request, long deadlineNanos, Outcome<WriteResponse> outcome) {
    run(
        Method.INSERT,
        request.getKeyspace(),
        request.getTable(),
        outcome,
        it -> writes.insert(request, deadlineNanos, it));
  }

  void update(UpdateRequest request, long deadlineNanos, Outcome<WriteResponse> outcome) {
    run(
        Method.UPDATE,
        request.getKeyspace(),
        request.getTable(),
        outcome,
        it -> writes.update(request, deadlineNanos, it));
  }

  void delete(DeleteRequest request, long deadlineNanos, Outcome<WriteResponse> outcome) {
    run(
        Method.DELETE,
        request.getKeyspace(),
        request.getTable(),
        outcome,
        it -> writes.delete(request, deadlineNanos, it));
  }

  void batch(WriteBatchRequest request, long deadlineNanos, Outcome<WriteResponse> outcome) {
    WriteOperation unknown = firstUnknown(request);
    run(
        Method.WRITE_BATCH,
        keyspaceOf(unknown),
        tableOf(unknown),
        outcome,
        it -> writes.batch(request, deadlineNanos, it));
  }

  /** An operation on a table that isn't known; any other if all are. */
  private WriteOperation firstUnknown(WriteBatchRequest request) {
    for (WriteOperation operation : request.getOperationsList()) {
      if (!tables.knows(keyspaceOf(operation), tableOf(operation))) {
        return operation;
      }
    }
    return WriteOperation.getDefaultInstance();
  }

  private static String keyspaceOf(WriteOperation operation) {
    return switch (operation.getKindCase()) {
      case PUT -> operation.getPut().getKeyspace();
      case INSERT -> operation.getInsert().getKeyspace();
      case UPDATE -> operation.getUpdate().getKeyspace();
      case DELETE -> operation.getDelete().getKeyspace();
      case KIND_NOT_SET -> "";
    };
  }

  private static String tableOf(WriteOperation operation) {
    return switch (operation.getKindCase()) {
      case PUT -> operation.getPut().getTable();
      case INSERT -> operation.getInsert().getTable();
      case UPDATE -> operation.getUpdate().getTable();
      case DELETE -> operation.getDelete().getTable();
      case KIND_NOT_SET -> "";
    };
  }

  private <A> void run(
      Method method,
      String keyspace,
      String table,
      Outcome<A> outcome,
      Consumer<Outcome<A>> request) {
    Outcome<A> timed = metrics.timed(method, outcome);
    request.accept(
        tables.knows(keyspace, table)
            ? timed
            : new UnlessUnknown<>(timed, lookup, keyspace, table, request));
  }

  /** Tries once more if the table turns out to be there. */
  private record UnlessUnknown<A>(
      Outcome<A> outcome,
      TableLookup lookup,
      String keyspace,
      String table,
      Consumer<Outcome<A>> request)
      implements Outcome<A> {
    @Override
    public void answered(A answer) {
      outcome.answered(answer);
    }

    @Override
    public void failed(DatabaseException why) {
      boolean unknown =
          why.code() == ErrorCode.TABLE_NOT_FOUND || why.code() == ErrorCode.KEYSPACE_NOT_FOUND;
      if (!unknown || table.isEmpty()) {
        outcome.failed(why);
        return;
      }
      var unused =
          lookup
              .appears(keyspace, table)
              .thenAccept(
                  found -> {
                    if (found) {
                      request.accept(outcome);
                    } else {
                      outcome.failed(why);
                    }
                  });
    }

    @Override
    public boolean abandoned() {
      return outcome.abandoned();
    }
  }
}
