package dev.keelson.router.load;

import dev.keelson.core.request.RowMutation;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/**
 * Rows of one partition that wait to be written. One command of a partition is under way at a time,
 * so that the last of several rows with the same key wins, and what comes meanwhile makes a larger
 * next command.
 */
final class PartitionRows {
  /** A row with its number in the stream. */
  record Row(long number, RowMutation mutation) {}

  final ShardLoad shard;
  private final ArrayDeque<Row> waiting = new ArrayDeque<>();
  boolean commandUnderWay;

  /** Stands in the queue of those that may send. */
  boolean queued;

  PartitionRows(ShardLoad shard) {
    this.shard = shard;
  }

  void add(Row row) {
    waiting.add(row);
  }

  boolean isEmpty() {
    return waiting.isEmpty();
  }

  /** Takes the rows of the next command. */
  List<Row> next(int greatestRows, int greatestBytes) {
    List<Row> rows = new ArrayList<>();
    long bytes = 0;
    while (!waiting.isEmpty() && rows.size() < greatestRows) {
      bytes += waiting.element().mutation().bytes();
      if (bytes > greatestBytes && !rows.isEmpty()) {
        break;
      }
      rows.add(waiting.poll());
    }
    return rows;
  }
}
