package dev.keelson.client;

import dev.keelson.proto.v1.BulkLoadRequest;
import dev.keelson.proto.v1.Tuple;

/** Consecutive rows of a load, which travel in one message. */
final class BulkChunk {
  private final long firstRow;
  private final BulkLoadRequest.Builder rows = BulkLoadRequest.newBuilder();
  private int bytes;

  BulkChunk(long firstRow) {
    this.firstRow = firstRow;
  }

  void add(Tuple row) {
    rows.addRows(row);
    bytes += row.getSerializedSize();
  }

  int rows() {
    return rows.getRowsCount();
  }

  int bytes() {
    return bytes;
  }

  long endRow() {
    return firstRow + rows.getRowsCount();
  }

  /** The message for the rows from this one on. */
  BulkLoadRequest from(long row) {
    int skipped = (int) Math.max(0, row - firstRow);
    return skipped == 0
        ? rows.build()
        : BulkLoadRequest.newBuilder()
            .addAllRows(rows.getRowsList().subList(skipped, rows.getRowsCount()))
            .build();
  }
}
