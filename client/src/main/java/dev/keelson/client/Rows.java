package dev.keelson.client;

import com.google.protobuf.ByteString;
import dev.keelson.proto.v1.ScanResponse;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * The rows of a scan, fetched as they are read: the server is never more than two answers ahead.
 * {@link #hasNext} waits for the next answer, for at most the table's timeout, and throws {@link
 * KeelsonException}. For one thread. Close it when it is not read to the end.
 */
public final class Rows implements Iterator<Row>, AutoCloseable {
  private final ScanCursor<?> cursor;
  private final long limit;

  private RowHeader header = RowHeader.of(List.of());
  private ScanResponse page = ScanResponse.getDefaultInstance();
  private int at;
  private long taken;
  private boolean ended;

  /**
   * @param limit where to stop, because a scan that goes on after a broken stream states its limit
   *     anew; 0 means none
   */
  Rows(ScanCursor<?> cursor, long limit) {
    this.cursor = cursor;
    this.limit = limit;
  }

  @Override
  public boolean hasNext() {
    while (!ended && at == page.getRowsCount()) {
      Optional<ScanResponse> next = cursor.next();
      next.ifPresent(this::turnTo);
      ended = next.isEmpty();
    }
    return !ended;
  }

  private void turnTo(ScanResponse next) {
    if (next.getColumnsCount() > 0) {
      header = RowHeader.of(next.getColumnsList());
    }
    page = next;
    at = 0;
  }

  @Override
  public Row next() {
    if (!hasNext()) {
      throw new NoSuchElementException("the scan has no more rows");
    }
    long version = at < page.getVersionsCount() ? page.getVersions(at) : 0;
    Row row = new Row(header, page.getRows(at).getValuesList(), version);
    at++;
    taken++;
    if (limit > 0 && taken == limit) {
      close();
    }
    return row;
  }

  /**
   * Where another scan goes on behind the rows read so far; empty when there are no more. Known
   * only between two answers of the server: ask when the rows were read to the end (of the limit).
   */
  public byte[] continuation() {
    return cursor.continuation().toByteArray();
  }

  /** The remaining rows, lazily. Closing the stream closes this. */
  public Stream<Row> stream() {
    int traits = Spliterator.ORDERED | Spliterator.NONNULL;
    return StreamSupport.stream(Spliterators.spliteratorUnknownSize(this, traits), false)
        .onClose(this::close);
  }

  /** The remaining rows, all at once: for scans with a small limit. */
  public List<Row> toList() {
    try (Stream<Row> all = stream()) {
      return all.toList();
    }
  }

  @Override
  public void close() {
    ended = true;
    cursor.close();
  }

  static ByteString from(byte[] continuation) {
    return ByteString.copyFrom(continuation);
  }
}
