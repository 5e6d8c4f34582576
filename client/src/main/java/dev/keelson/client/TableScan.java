package dev.keelson.client;

import com.google.protobuf.ByteString;
import dev.keelson.proto.v1.DatabaseGrpc;
import dev.keelson.proto.v1.ScanResponse;
import dev.keelson.proto.v1.ScanTableRequest;
import java.util.List;
import java.util.Optional;

/** A scan of all partitions; the rows are in order within a shard only. Not thread-safe. */
public final class TableScan {
  private final Dispatcher dispatcher;
  private final TableTarget target;
  private final ScanTableRequest.Builder request;
  private ByteString continuation = ByteString.EMPTY;

  TableScan(Dispatcher dispatcher, TableTarget target) {
    this.dispatcher = dispatcher;
    this.target = target;
    this.request =
        ScanTableRequest.newBuilder().setKeyspace(target.keyspace()).setTable(target.table());
  }

  /** At most so many rows. */
  public TableScan limit(long rows) {
    request.setLimit(Limit.checked(rows));
    return this;
  }

  /** Only these columns. */
  public TableScan columns(String... columns) {
    request.clearColumns().addAllColumns(List.of(columns));
    return this;
  }

  /** Goes on behind an earlier scan, of which everything else must be as it was. */
  public TableScan continueAt(byte[] position) {
    continuation = Rows.from(position);
    return this;
  }

  /** Begins. */
  public Rows rows() {
    return new Rows(cursor(request.build()), request.getLimit());
  }

  /** Counts the rows where they lie, instead of sending them. */
  public long count() {
    long count = 0;
    try (var cursor = cursor(request.clone().setCountOnly(true).build())) {
      for (Optional<ScanResponse> answer = cursor.next();
          answer.isPresent() && !(request.getLimit() > 0 && count >= request.getLimit());
          answer = cursor.next()) {
        count += answer.get().getRowCount();
      }
    }
    return count;
  }

  private ScanCursor<ScanTableRequest> cursor(ScanTableRequest fixed) {
    return new ScanCursor<>(
        dispatcher,
        DatabaseGrpc.getScanTableMethod(),
        at -> fixed.toBuilder().setContinuation(at).setOptions(target.readOptions()).build(),
        continuation,
        target);
  }
}
