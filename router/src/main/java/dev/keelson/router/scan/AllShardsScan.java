package dev.keelson.router.scan;

import com.google.protobuf.ByteString;
import dev.keelson.core.error.ErrorCode;
import dev.keelson.core.request.ColumnSelection;
import dev.keelson.proto.internal.v1.Continuation;
import dev.keelson.proto.internal.v1.PageScanned;
import dev.keelson.proto.internal.v1.ScannedRow;
import dev.keelson.proto.v1.ScanResponse;
import dev.keelson.router.request.ReadNeeds;
import dev.keelson.router.route.Target;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/**
 * Reads the rows of a table from all its shards, some shards at a time. Pages are answered as they
 * come; a shard's next page is asked for when its last one was taken, so at most {@code
 * parallelism} pages are held.
 */
final class AllShardsScan {
  private final Pages pages;
  private final ColumnSelection columns;
  private final boolean countOnly;
  private final boolean limited;
  private final int parallelism;
  private final long requestHash;
  private final long deadlineNanos;
  private final Deque<ShardCursor> untouched;
  private final List<ShardCursor> active = new ArrayList<>();
  private final BlockingQueue<ShardCursor> arrived = new LinkedBlockingQueue<>();
  private ReadNeeds needs;
  private long wanted;
  private boolean first = true;

  AllShardsScan(
      Pages pages,
      ColumnSelection columns,
      List<ShardCursor> cursors,
      long limit,
      ReadNeeds needs,
      boolean countOnly,
      int parallelism,
      long requestHash,
      long deadlineNanos) {
    this.pages = pages;
    this.columns = columns;
    this.untouched = new ArrayDeque<>(cursors);
    this.limited = limit > 0;
    this.wanted = limit;
    this.needs = needs;
    this.countOnly = countOnly;
    this.parallelism = parallelism;
    this.requestHash = requestHash;
    this.deadlineNanos = deadlineNanos;
  }

  void run(AnswerSink sink) throws InterruptedException {
    try {
      startShards();
      while (!active.isEmpty()) {
        Waiting.checkDeadline(deadlineNanos);
        ShardCursor cursor = arrived.take();
        Page page = Waiting.forPage(cursor.page());
        needs = page.needsBehind(needs);
        ScanResponse.Builder answer = answer(page);
        boolean rowsFollow = advance(cursor, page, answer);
        if (answer.getRowsCount() > 0 || answer.getRowCount() > 0 || isOver()) {
          sink.send(finished(answer));
        }
        if (limited && wanted == 0) {
          return;
        }
        if (rowsFollow) {
          fetch(cursor);
        }
        startShards();
      }
      if (first) {
        sink.send(finished(ScanResponse.newBuilder()));
      }
    } finally {
      active.forEach(ShardCursor::cancel);
    }
  }

  private boolean isOver() {
    return active.isEmpty() && untouched.isEmpty();
  }

  private void startShards() {
    while (active.size() < parallelism && !untouched.isEmpty()) {
      ShardCursor next = untouched.poll();
      active.add(next);
      fetch(next);
    }
  }

  private void fetch(ShardCursor cursor) {
    var page =
        pages.fetch(
            new Pages.Order(
                new Target.Whole(cursor.shard), cursor.rest(), false, wanted, needs, countOnly),
            deadlineNanos);
    cursor.await(page);
    var unused = page.whenComplete((answer, failure) -> arrived.add(cursor));
  }

  private ScanResponse.Builder answer(Page page) {
    ScanResponse.Builder answer = ScanResponse.newBuilder().setServed(page.served());
    if (countOnly) {
      return answer.setRowCount(page.rows().getRowCount());
    }
    int rows = page.rows().getRowsCount();
    int taken = limited ? (int) Math.min(rows, wanted) : rows;
    for (ScannedRow row : page.rows().getRowsList().subList(0, taken)) {
      answer.addRows(columns.tuple(row.getKey(), row.getRow())).addVersions(row.getVersion());
    }
    return answer;
  }

  /** Steps behind what is answered; whether the shard may have more. */
  private boolean advance(ShardCursor cursor, Page page, ScanResponse.Builder answer) {
    PageScanned rows = page.rows();
    boolean cut = !countOnly && answer.getRowsCount() < rows.getRowsCount();
    if (limited) {
      wanted = Math.max(0, wanted - answer.getRowsCount() - answer.getRowCount());
    }
    if (!cut && !rows.getMore()) {
      active.remove(cursor);
      return false;
    }
    // Cut only when some rows are taken or none are wanted any more; then nothing is fetched.
    if (!cut || answer.getRowsCount() > 0) {
      ByteString last = cut ? rows.getRows(answer.getRowsCount() - 1).getKey() : rows.getLastKey();
      if (!cursor.rest().contains(last)) {
        throw ErrorCode.INTERNAL.because(
            "Data node %s answered a page that is not in its range"
                .formatted(page.served().getNode()));
      }
      cursor.advance(last);
    }
    return true;
  }

  private ScanResponse finished(ScanResponse.Builder answer) {
    if (first && !countOnly) {
      answer.addAllColumns(columns.names());
    }
    first = false;
    List<ShardCursor> left = new ArrayList<>(active);
    left.addAll(untouched);
    if (!left.isEmpty()) {
      Continuation continuation =
          Continuation.newBuilder()
              .setRequestHash(requestHash)
              .addAllLeft(RangesLeft.of(left))
              .build();
      answer.setContinuation(ContinuationToken.write(continuation));
    }
    return answer.build();
  }
}
