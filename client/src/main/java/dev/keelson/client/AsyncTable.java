package dev.keelson.client;

import dev.keelson.client.PointCalls.Admission;
import dev.keelson.proto.v1.Call;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/**
 * A table's point operations without waiting. Thread-safe.
 *
 * <p>A future ends with its answer or with a {@link KeelsonException}, at the latest at the
 * timeout. Its callbacks run on the client's event loop and must not block: give long ones an
 * executor. Cancelling a future does not call a write back. When too much is in flight a call fails
 * at once with the code CLIENT_OVERLOADED: wait for answers before asking more.
 */
public final class AsyncTable {
  private final PointCalls calls;
  private final TableTarget target;
  private final Admission admission;

  AsyncTable(PointCalls calls, TableTarget target, Admission admission) {
    this.calls = calls;
    this.target = target;
    this.admission = admission;
  }

  /** Reads a row, or only some columns of it. */
  public CompletableFuture<Lookup> get(Row key, String... columns) {
    var request =
        Requests.get(
            target.keyspace(), target.table(), key, List.of(columns), target.readOptions());
    return call(Call.newBuilder().setGet(request), answer -> Lookup.fromProto(answer.getGet()));
  }

  /** Reads many rows; the answers are in the order of the keys. */
  public CompletableFuture<List<Lookup>> getAll(List<Row> keys, String... columns) {
    var request =
        Requests.batchGet(
            target.keyspace(), target.table(), keys, List.of(columns), target.readOptions());
    return call(
        Call.newBuilder().setBatchGet(request),
        answer -> answer.getBatchGet().getRowsList().stream().map(Lookup::fromProto).toList());
  }

  /** Writes the whole row; columns that are not named become NULL. */
  public CompletableFuture<WriteResult> put(Row row) {
    return write(Call.newBuilder().setPut(Requests.put(target.keyspace(), target.table(), row)));
  }

  /** As {@link #put}, but fails with ROW_EXISTS when there is such a row. */
  public CompletableFuture<WriteResult> insert(Row row) {
    return write(
        Call.newBuilder().setInsert(Requests.insert(target.keyspace(), target.table(), row)));
  }

  /** Changes the named columns; fails with ROW_NOT_FOUND when there is no such row. */
  public CompletableFuture<WriteResult> update(Row changes, Condition condition) {
    var request = Requests.update(target.keyspace(), target.table(), changes, condition);
    return write(Call.newBuilder().setUpdate(request));
  }

  /** Deletes a row; {@link WriteResult#rowsFound} says whether there was one. */
  public CompletableFuture<WriteResult> delete(Row key, Condition condition) {
    var request = Requests.delete(target.keyspace(), target.table(), key, condition);
    return write(Call.newBuilder().setDelete(request));
  }

  private CompletableFuture<WriteResult> write(Call.Builder call) {
    return call(call, PointCalls::written);
  }

  private <T> CompletableFuture<T> call(
      Call.Builder call, Function<dev.keelson.proto.v1.Answer, T> convert) {
    return calls.call(call, target.timeout(), target.session(), admission, convert);
  }
}
