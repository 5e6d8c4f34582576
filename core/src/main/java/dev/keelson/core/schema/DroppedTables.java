package dev.keelson.core.schema;

import dev.keelson.proto.internal.v1.DroppedTablesRecord;
import dev.keelson.proto.internal.v1.IdRange;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * The ids of all tables that were ever dropped. Ids are never given to another table, so their rows
 * are nobody's, whatever tables there are now. That a table is missing from a catalog says nothing
 * of the kind: its record may be damaged, or not be heard of yet.
 *
 * @param ranges growing, and apart from one another: at most one more than there are tables
 */
public record DroppedTables(List<Range> ranges) {
  public static final DroppedTables NONE = new DroppedTables(List.of());

  /** Ids from {@code start}, which is one of them, to {@code end}, which is not. */
  public record Range(int start, int end) {
    public Range {
      if (start < 1 || end <= start) {
        throw new IllegalArgumentException("not a range of table ids: " + start + " to " + end);
      }
    }
  }

  public DroppedTables {
    ranges = List.copyOf(ranges);
    for (int i = 1; i < ranges.size(); i++) {
      if (ranges.get(i).start() <= ranges.get(i - 1).end()) {
        throw new IllegalArgumentException("ranges of table ids must grow apart: " + ranges);
      }
    }
  }

  public boolean isEmpty() {
    return ranges.isEmpty();
  }

  public boolean contains(int table) {
    return ranges.stream().anyMatch(it -> it.start() <= table && table < it.end());
  }

  /** These and one more. */
  public DroppedTables with(int table) {
    if (contains(table)) {
      return this;
    }
    List<Range> next = new ArrayList<>();
    Range added = new Range(table, table + 1);
    for (Range range : ranges) {
      if (range.end() == added.start()) {
        added = new Range(range.start(), added.end());
      } else if (range.start() == added.end()) {
        added = new Range(added.start(), range.end());
      } else if (range.end() < added.start()) {
        next.add(range);
      }
    }
    next.add(added);
    int end = added.end();
    ranges.stream().filter(it -> it.start() > end).forEach(next::add);
    return new DroppedTables(next);
  }

  /** These and all of others. */
  public DroppedTables with(DroppedTables others) {
    List<Range> all = new ArrayList<>(ranges);
    all.addAll(others.ranges);
    all.sort(Comparator.comparingInt(Range::start));
    List<Range> next = new ArrayList<>();
    for (Range range : all) {
      if (next.isEmpty() || next.getLast().end() < range.start()) {
        next.add(range);
      } else {
        Range last = next.removeLast();
        next.add(new Range(last.start(), Math.max(last.end(), range.end())));
      }
    }
    return new DroppedTables(next);
  }

  /**
   * @throws IllegalArgumentException when the record was not written by this class
   */
  public static DroppedTables fromRecord(DroppedTablesRecord record) {
    return new DroppedTables(
        record.getRangesList().stream().map(it -> new Range(it.getStart(), it.getEnd())).toList());
  }

  public DroppedTablesRecord toRecord() {
    DroppedTablesRecord.Builder record = DroppedTablesRecord.newBuilder();
    ranges.forEach(
        it -> record.addRanges(IdRange.newBuilder().setStart(it.start()).setEnd(it.end())));
    return record.build();
  }
}
