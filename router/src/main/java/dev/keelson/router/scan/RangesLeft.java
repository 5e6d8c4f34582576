package dev.keelson.router.scan;

import com.google.protobuf.ByteString;
import dev.keelson.core.error.ErrorCode;
import dev.keelson.core.key.KeyRange;
import dev.keelson.core.shard.HashRange;
import dev.keelson.core.shard.ShardConfig;
import dev.keelson.proto.internal.v1.RangeLeft;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;

/**
 * What a scan of a table has left to read, by hash ranges, so that it outlives splits of shards.
 */
final class RangesLeft {
  static final List<RangeLeft> ALL =
      List.of(
          RangeLeft.newBuilder()
              .setStart(HashRange.ALL.start())
              .setEnd(HashRange.ALL.end())
              .build());

  private RangesLeft() {}

  /** Cursors for what is left, in the shards as they are now. */
  static List<ShardCursor> cursors(List<RangeLeft> left, List<ShardConfig> shards, KeyRange table) {
    List<ShardCursor> cursors = new ArrayList<>();
    for (ShardConfig shard : shards) {
      for (RangeLeft range : left) {
        boolean overlaps =
            range.getStart() < shard.range().end() && shard.range().start() < range.getEnd();
        if (overlaps) {
          checkCovers(range, shard.range());
          checkKey(range.getLastKey(), table);
          cursors.add(new ShardCursor(shard.id(), shard.range(), table, range.getLastKey()));
        }
      }
    }
    checkComplete(left, cursors);
    return cursors;
  }

  /** Rows must not be missed silently while shards are not placed yet. */
  private static void checkComplete(List<RangeLeft> left, List<ShardCursor> cursors) {
    long wanted = left.stream().mapToLong(it -> it.getEnd() - it.getStart()).sum();
    long found = cursors.stream().mapToLong(ShardCursor::hashes).sum();
    if (wanted != found) {
      throw ErrorCode.NO_LEADER.because("Some shards of the keyspace are not placed yet");
    }
  }

  private static void checkCovers(RangeLeft left, HashRange shard) {
    if (left.getStart() > shard.start() || left.getEnd() < shard.end()) {
      throw ContinuationToken.refused("The shards were merged since; begin the scan anew");
    }
  }

  private static void checkKey(ByteString lastKey, KeyRange table) {
    if (!lastKey.isEmpty() && !table.contains(lastKey)) {
      throw ContinuationToken.refused("It lies outside of the table");
    }
  }

  /** The shortest list that says what these cursors have left. */
  static List<RangeLeft> of(Collection<ShardCursor> cursors) {
    List<RangeLeft> sorted =
        cursors.stream()
            .map(ShardCursor::left)
            .sorted(Comparator.comparingLong(RangeLeft::getStart))
            .toList();
    List<RangeLeft> merged = new ArrayList<>();
    for (RangeLeft next : sorted) {
      int last = merged.size() - 1;
      if (last >= 0 && joins(merged.get(last), next)) {
        merged.set(last, merged.get(last).toBuilder().setEnd(next.getEnd()).build());
      } else {
        merged.add(next);
      }
    }
    return merged;
  }

  private static boolean joins(RangeLeft before, RangeLeft after) {
    return before.getEnd() == after.getStart()
        && before.getLastKey().isEmpty()
        && after.getLastKey().isEmpty();
  }
}
