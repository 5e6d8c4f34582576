package dev.keelson.datanode.shard;

import com.google.protobuf.ByteString;
import dev.keelson.core.error.DatabaseException;
import dev.keelson.core.error.ErrorCode;
import dev.keelson.datanode.storage.OrderedRows;
import dev.keelson.proto.internal.v1.NodeAnswer;
import dev.keelson.proto.internal.v1.NodeCall;
import dev.keelson.proto.internal.v1.PageScanned;
import dev.keelson.proto.internal.v1.ReadRows;
import dev.keelson.proto.internal.v1.RowsRead;
import dev.keelson.proto.internal.v1.ScanPage;
import dev.keelson.proto.internal.v1.ScannedRow;
import dev.keelson.proto.internal.v1.StoredRow;

/**
 * Takes values out of a replica's rows. Pages are bounded, so that a turn of the loop stays short.
 */
final class ShardReader {
  private static final int PAGE_ROWS = 512;
  private static final int PAGE_COUNTED = 8_192;
  private static final int PAGE_BYTES = 256 << 10;

  private final OrderedRows rows;
  private final int answerBytes;

  /**
   * @param answerBytes the most that rows of one answer may have
   */
  ShardReader(OrderedRows rows, int answerBytes) {
    this.rows = rows;
    this.answerBytes = answerBytes;
  }

  /**
   * @throws DatabaseException when the rows that were asked for by name are too much for one answer
   */
  NodeAnswer.Builder read(NodeCall call) {
    NodeAnswer.Builder answer = NodeAnswer.newBuilder().setId(call.getId());
    return call.hasRead()
        ? answer.setRows(read(call.getRead()))
        : answer.setPage(
            call.getScan().getCountOnly() ? count(call.getScan()) : scan(call.getScan()));
  }

  private RowsRead read(ReadRows request) {
    RowsRead.Builder found = RowsRead.newBuilder();
    long bytes = 0;
    for (ByteString key : request.getKeysList()) {
      StoredRow.Builder stored = StoredRow.newBuilder();
      rows.row(key)
          .ifPresent(row -> stored.setFound(true).setVersion(row.version()).setRow(row.row()));
      bytes += stored.getRow().size();
      if (bytes > answerBytes) {
        throw ErrorCode.ANSWER_TOO_LARGE.because(
            "The rows of a read have more than %d bytes".formatted(answerBytes));
      }
      found.addRows(stored);
    }
    return found.build();
  }

  private PageScanned scan(ScanPage request) {
    int limit = limit(request, PAGE_ROWS);
    PageScanned.Builder page = PageScanned.newBuilder();
    int[] bytes = new int[1];
    rows.scan(
        request.getLower(),
        request.getUpper(),
        request.getReverse(),
        (key, row) -> {
          page.addRows(
              ScannedRow.newBuilder().setKey(key).setVersion(row.version()).setRow(row.row()));
          page.setLastKey(key);
          bytes[0] += key.size() + row.row().size();
          boolean full = page.getRowsCount() >= limit || bytes[0] >= PAGE_BYTES;
          page.setMore(full);
          return !full;
        });
    return page.setRowCount(page.getRowsCount()).build();
  }

  private PageScanned count(ScanPage request) {
    int limit = limit(request, PAGE_COUNTED);
    PageScanned.Builder page = PageScanned.newBuilder();
    rows.scanKeys(
        request.getLower(),
        request.getUpper(),
        request.getReverse(),
        key -> {
          page.setRowCount(page.getRowCount() + 1).setLastKey(key);
          page.setMore(page.getRowCount() >= limit);
          return !page.getMore();
        });
    return page.build();
  }

  private static int limit(ScanPage request, int most) {
    return request.getLimit() <= 0 ? most : Math.min(request.getLimit(), most);
  }
}
