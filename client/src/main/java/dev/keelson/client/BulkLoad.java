package dev.keelson.client;

import dev.keelson.proto.v1.BulkLoadError;
import dev.keelson.proto.v1.BulkLoadResponse;
import dev.keelson.proto.v1.Tuple;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Writes many rows, each as by {@link Table#put}. For one thread, which also gets the reports.
 *
 * <pre>{@code
 * try (BulkLoad load = airports.load("code", "name")) {
 *   load.add("ATL", "Hartsfield").add("LAX", "Los Angeles International");
 *   long durable = load.finish();
 * }
 * }</pre>
 *
 * <p>{@link #add} waits while too many rows are without an acknowledgement. When a connection
 * breaks, the rows that were not acknowledged are sent again; that does no harm unless somebody
 * else changes the same rows meanwhile. A {@link KeelsonException} ends the load: {@link
 * #rowsDurable} says where another may begin.
 */
public final class BulkLoad implements AutoCloseable {
  /**
   * A row that could not be written.
   *
   * @param row its number; the first row that was added is 0
   */
  public record RowError(long row, KeelsonException failure) {}

  private static final int CHUNK_BYTES = 128 << 10;
  private static final int CHUNK_ROWS = 1_000;
  private static final long MAX_UNACKNOWLEDGED_BYTES = 4L << 20;

  private final int columns;
  private final BulkSender sender;
  private final Session session;
  private final Set<Long> reported = new HashSet<>();
  private Consumer<RowError> onError = BulkLoad::refuse;
  private LongConsumer onProgress = durable -> {};
  private BulkChunk chunk;
  private long rowsAdded;
  private long rowsFailed;

  BulkLoad(Dispatcher dispatcher, TableTarget target, List<String> columns) {
    if (columns.isEmpty()) {
      throw new IllegalArgumentException("a load needs the names of the columns");
    }
    this.columns = columns.size();
    this.sender = new BulkSender(dispatcher, target, columns, this::heard);
    this.session = target.session();
    this.chunk = new BulkChunk(0);
  }

  private static void refuse(RowError error) {
    throw error.failure();
  }

  /** What happens to rows that can't be written. Unless set, the first one ends the load. */
  public BulkLoad onError(Consumer<RowError> handler) {
    this.onError = handler;
    return this;
  }

  /** What hears {@link #rowsDurable} each time the server acknowledged rows. */
  public BulkLoad onProgress(LongConsumer handler) {
    this.onProgress = handler;
    return this;
  }

  /**
   * Adds a row.
   *
   * @param values in the order of the load's columns; see {@link ColumnType}
   */
  public BulkLoad add(@Nullable Object... values) {
    if (values.length != columns) {
      throw new IllegalArgumentException(
          "a row of " + values.length + " values for " + columns + " columns");
    }
    Tuple.Builder row = Tuple.newBuilder();
    for (Object value : values) {
      row.addValues(Values.toProto(value));
    }
    chunk.add(row.build());
    rowsAdded++;
    if (chunk.bytes() >= CHUNK_BYTES || chunk.rows() >= CHUNK_ROWS) {
      flush();
    }
    return this;
  }

  private void flush() {
    sender.add(chunk);
    chunk = new BulkChunk(rowsAdded);
    sender.pumpUntil(() -> sender.unacknowledgedBytes() <= MAX_UNACKNOWLEDGED_BYTES);
  }

  private void heard(long base, BulkLoadResponse response) {
    response.getWrittenList().forEach(it -> session.saw(it.getShard(), it.getIndex()));
    for (BulkLoadError error : response.getErrorsList()) {
      long number = base + error.getRow();
      // Rows that are sent again fail again.
      if (number < rowsAdded && reported.add(number)) {
        rowsFailed++;
        onError.accept(new RowError(number, Failures.of(error.getError())));
      }
    }
    long durable = rowsDurable();
    reported.removeIf(number -> number < durable);
    onProgress.accept(durable);
  }

  /** Rows given so far. */
  public long rowsAdded() {
    return rowsAdded;
  }

  /** Rows, from the first on, that are done for good: durable, or reported as failed. */
  public long rowsDurable() {
    return sender.rowsDurable();
  }

  /** Rows that could not be written. */
  public long rowsFailed() {
    return rowsFailed;
  }

  /** Waits until all rows are done for good. Returns how many were written. */
  public long finish() {
    if (chunk.rows() > 0) {
      flush();
    }
    sender.finish();
    return rowsDurable() - rowsFailed;
  }

  /** Gives up what was not acknowledged, unless the load is finished. */
  @Override
  public void close() {
    sender.close();
  }
}
