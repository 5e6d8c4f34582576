package dev.keelson.client.cli;

/** The lines of the rows that are under way, so that a row's number leads back to its line. */
final class LoadLines {
  private long[] lines = new long[1_024];
  private long firstRow;
  private long nextRow;

  void add(long line) {
    if (nextRow - firstRow == lines.length) {
      grow();
    }
    lines[slot(nextRow)] = line;
    nextRow++;
  }

  /** The line of a row; 0 when the row is not under way any more. */
  long line(long row) {
    return row < firstRow || row >= nextRow ? 0 : lines[slot(row)];
  }

  /** Rows below are done for good. */
  void forgetBelow(long row) {
    firstRow = Math.max(firstRow, Math.min(row, nextRow));
  }

  private int slot(long row) {
    return (int) (row & (lines.length - 1));
  }

  private void grow() {
    long[] larger = new long[lines.length * 2];
    for (long row = firstRow; row < nextRow; row++) {
      larger[(int) (row & (larger.length - 1))] = lines[slot(row)];
    }
    lines = larger;
  }
}
