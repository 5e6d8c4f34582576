package dev.keelson.client;

import com.google.protobuf.ByteString;
import dev.keelson.proto.v1.Bound;
import dev.keelson.proto.v1.DatabaseGrpc;
import dev.keelson.proto.v1.ScanRequest;
import java.util.List;

/**
 * A scan of one partition, in primary-key order. Bounds are values for the first clustering
 * columns, or for all; a shorter bound stands for all rows that begin with it. {@link #from} and
 * {@link #to} are about the order of the rows, also where a column is descending. Not thread-safe.
 *
 * <pre>{@code
 * flights.scan(Row.of("origin", "ATL")).from(morning).before(noon).limit(20).rows()
 * }</pre>
 */
public final class Scan {
  private final Dispatcher dispatcher;
  private final TableTarget target;
  private final ScanRequest.Builder request;
  private ByteString continuation = ByteString.EMPTY;

  Scan(Dispatcher dispatcher, TableTarget target, Row partition) {
    this.dispatcher = dispatcher;
    this.target = target;
    this.request =
        ScanRequest.newBuilder()
            .setKeyspace(target.keyspace())
            .setTable(target.table())
            .addAllPartition(partition.toCells());
  }

  /** Begins with the rows that have these clustering values. */
  public Scan from(Object... clustering) {
    request.setLower(bound(clustering, false));
    return this;
  }

  /** Begins behind the rows that have these clustering values. */
  public Scan after(Object... clustering) {
    request.setLower(bound(clustering, true));
    return this;
  }

  /** Ends with the rows that have these clustering values. */
  public Scan to(Object... clustering) {
    request.setUpper(bound(clustering, false));
    return this;
  }

  /** Ends in front of the rows that have these clustering values. */
  public Scan before(Object... clustering) {
    request.setUpper(bound(clustering, true));
    return this;
  }

  private static Bound bound(Object[] clustering, boolean exclusive) {
    Bound.Builder bound = Bound.newBuilder().setExclusive(exclusive);
    for (Object value : clustering) {
      bound.addPrefix(Values.toProto(value));
    }
    return bound.build();
  }

  /** Last row first; the bounds stay what they are. */
  public Scan reverse() {
    request.setReverse(true);
    return this;
  }

  /** At most so many rows. */
  public Scan limit(long rows) {
    request.setLimit(Limit.checked(rows));
    return this;
  }

  /** Only these columns. */
  public Scan columns(String... columns) {
    request.clearColumns().addAllColumns(List.of(columns));
    return this;
  }

  /** Goes on behind an earlier scan, of which everything else must be as it was. */
  public Scan continueAt(byte[] position) {
    continuation = Rows.from(position);
    return this;
  }

  /** Begins. */
  public Rows rows() {
    ScanRequest fixed = request.build();
    var cursor =
        new ScanCursor<>(
            dispatcher,
            DatabaseGrpc.getScanMethod(),
            at -> fixed.toBuilder().setContinuation(at).setOptions(target.readOptions()).build(),
            continuation,
            target);
    return new Rows(cursor, fixed.getLimit());
  }
}
