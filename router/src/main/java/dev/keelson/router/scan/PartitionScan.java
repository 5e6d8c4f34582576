package dev.keelson.router.scan;

import com.google.protobuf.ByteString;
import dev.keelson.core.error.ErrorCode;
import dev.keelson.core.key.KeyRange;
import dev.keelson.core.request.ColumnSelection;
import dev.keelson.proto.internal.v1.Continuation;
import dev.keelson.proto.internal.v1.PageScanned;
import dev.keelson.proto.internal.v1.ScannedRow;
import dev.keelson.proto.v1.ScanResponse;
import dev.keelson.router.request.ReadNeeds;
import dev.keelson.router.route.Target;
import java.util.concurrent.Future;

/**
 * Reads the rows of one partition in order, page by page; the next page is fetched while the client
 * takes the last one. Each page is read at its own moment.
 */
final class PartitionScan {
  private final Pages pages;
  private final ColumnSelection columns;
  private final Target target;
  private final boolean reverse;
  private final long requestHash;
  private final long deadlineNanos;
  private final boolean limited;
  private ReadNeeds needs;
  private KeyRange rest;
  private long wanted;

  PartitionScan(
      Pages pages,
      ColumnSelection columns,
      Target target,
      KeyRange range,
      boolean reverse,
      long limit,
      ReadNeeds needs,
      long requestHash,
      long deadlineNanos) {
    this.pages = pages;
    this.columns = columns;
    this.target = target;
    this.rest = range;
    this.reverse = reverse;
    this.limited = limit > 0;
    this.wanted = limit;
    this.needs = needs;
    this.requestHash = requestHash;
    this.deadlineNanos = deadlineNanos;
  }

  /** Goes on behind the last row that a token names. */
  PartitionScan resumed(ByteString token) {
    if (!token.isEmpty()) {
      ByteString lastKey = ContinuationToken.read(token, requestHash).getLastKey();
      if (!rest.contains(lastKey)) {
        throw ContinuationToken.refused("It lies outside of the scan");
      }
      rest = behind(lastKey);
    }
    return this;
  }

  void run(AnswerSink sink) throws InterruptedException {
    boolean first = true;
    boolean more = !rest.isEmpty();
    Future<Page> next = more ? fetch() : null;
    while (next != null) {
      Waiting.checkDeadline(deadlineNanos);
      Page page = Waiting.forPage(next);
      needs = page.needsBehind(needs);
      more = advance(page);
      next = more && !done() ? fetch() : null;
      sink.send(answer(page, first, more));
      first = false;
    }
    if (first) {
      sink.send(ScanResponse.newBuilder().addAllColumns(columns.names()).build());
    }
  }

  private boolean done() {
    return limited && wanted == 0;
  }

  private Future<Page> fetch() {
    return pages.fetch(new Pages.Order(target, rest, reverse, wanted, needs, false), deadlineNanos);
  }

  /** Steps behind a page; whether rows may follow it. */
  private boolean advance(Page page) {
    PageScanned rows = page.rows();
    if (limited) {
      wanted = Math.max(0, wanted - rows.getRowsCount());
    }
    if (!rows.getMore()) {
      return false;
    }
    if (!rest.contains(rows.getLastKey())) {
      // Else a confused node would let the scan turn for ever.
      throw ErrorCode.INTERNAL.because(
          "Data node %s answered a page that is not in its range"
              .formatted(page.served().getNode()));
    }
    rest = behind(rows.getLastKey());
    return !rest.isEmpty();
  }

  private KeyRange behind(ByteString key) {
    return reverse ? rest.before(key) : rest.after(key);
  }

  private ScanResponse answer(Page page, boolean first, boolean more) {
    ScanResponse.Builder answer = ScanResponse.newBuilder().setServed(page.served());
    if (first) {
      answer.addAllColumns(columns.names());
    }
    for (ScannedRow row : page.rows().getRowsList()) {
      answer.addRows(columns.tuple(row.getKey(), row.getRow())).addVersions(row.getVersion());
    }
    if (more) {
      Continuation continuation =
          Continuation.newBuilder()
              .setRequestHash(requestHash)
              .setLastKey(page.rows().getLastKey())
              .build();
      answer.setContinuation(ContinuationToken.write(continuation));
    }
    return answer.build();
  }
}
