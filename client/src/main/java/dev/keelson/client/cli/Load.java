package dev.keelson.client.cli;

import dev.keelson.client.BulkLoad;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Carries a file's records into a table, and remembers how far it has come. */
final class Load {
  /** Why a row was refused may be told some time after it counts as done. */
  private static final int ROWS_REMEMBERED = 64 << 10;

  private static final long SAVE_NANOS = 500_000_000L;

  private final LoadFile source;
  private final CsvReader records;
  private final TypedTable table;
  private final LoadState state;
  private final BadLines bad;
  private final LoadProgress progress;
  private final boolean strict;
  private final LoadLines lines = new LoadLines();
  private final List<@Nullable String> record = new ArrayList<>();

  private @Nullable LoadPlan plan;
  private double fractionSkipped;
  private long rowsWritten;
  private long durableLine;
  private boolean durableLineKept = true;
  private long lastSaved = System.nanoTime();

  Load(
      LoadFile source,
      CsvReader records,
      TypedTable table,
      LoadState state,
      BadLines bad,
      LoadProgress progress,
      boolean strict) {
    this.source = source;
    this.records = records;
    this.table = table;
    this.state = state;
    this.bad = bad;
    this.progress = progress;
    this.strict = strict;
  }

  /** Reads the header and matches it with the table. */
  void prepare(Map<String, String> renamed, @Nullable String lineColumn) throws IOException {
    if (!records.next(record)) {
      throw new UserException("the file is empty; its first line must name the fields");
    }
    String first = record.get(0);
    if (first != null) {
      record.set(0, LoadFile.withoutMark(first));
    }
    plan = LoadPlan.of(record, table.definition(), renamed, lineColumn);
  }

  /** Loads what lies behind a line. */
  void run(long skipTo) throws IOException {
    LoadPlan how = plan;
    if (how == null) {
      throw new IllegalStateException("prepare comes first");
    }
    durableLine = skipTo;
    boolean more = records.next(record);
    while (more && records.line() <= skipTo) {
      more = records.next(record);
    }
    fractionSkipped = skipTo == 0 ? 0 : source.fraction();
    progress.skipped(fractionSkipped);
    try (BulkLoad load = table.table().load(how.columns().toArray(String[]::new))) {
      load.onProgress(durable -> report(load));
      load.onError(error -> refused(lines.line(error.row()), error.failure().getMessage()));
      try {
        while (more) {
          add(load, how);
          more = records.next(record);
        }
        rowsWritten = load.finish();
        state.delete();
      } catch (RuntimeException | IOException failed) {
        keep(load);
        throw failed;
      }
    }
  }

  private void add(BulkLoad load, LoadPlan how) {
    long line = records.line();
    @Nullable Object[] values;
    try {
      values = how.values(record, line);
    } catch (UserException wrong) {
      refused(line, wrong.getMessage());
      return;
    }
    lines.add(line);
    load.add(values);
  }

  private void refused(long line, @Nullable String reason) {
    String why = reason == null ? "no reason given" : reason;
    if (strict) {
      throw new UserException(
          "line " + line + ": " + why + " (--strict stops at the first bad line)");
    }
    bad.add(line, why, records.line() == line ? record : List.of());
  }

  private void report(BulkLoad load) {
    advance(load);
    double sent = load.rowsAdded() == 0 ? 1 : (double) load.rowsDurable() / load.rowsAdded();
    progress.show(
        fractionSkipped + (source.fraction() - fractionSkipped) * sent,
        load.rowsDurable(),
        bad.count());
    long now = System.nanoTime();
    if (now - lastSaved > SAVE_NANOS) {
      lastSaved = now;
      save();
    }
  }

  private void save() {
    try {
      state.save(durableLine);
    } catch (IOException unwritable) {
      // Without it --resume begins anew, which is slower and does no harm.
      durableLineKept = false;
    }
  }

  private void advance(BulkLoad load) {
    long durable = load.rowsDurable();
    if (durable > 0) {
      lines.forgetBelow(durable - ROWS_REMEMBERED);
      durableLine = Math.max(durableLine, lines.line(durable - 1));
    }
  }

  private void keep(BulkLoad load) {
    advance(load);
    rowsWritten = load.rowsDurable() - load.rowsFailed();
    if (durableLine > 0) {
      save();
    }
  }

  /** The line up to which everything is done for good, if that could be written down. */
  long resumableLine() {
    return durableLineKept ? durableLine : 0;
  }

  long rowsWritten() {
    return rowsWritten;
  }
}
