package dev.keelson.client.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The file that bad lines are reported to, made when there is the first. */
final class BadLines implements AutoCloseable {
  private final Path file;
  private final boolean append;
  private @Nullable PrintWriter out;
  private long count;

  BadLines(Path file, boolean append) {
    this.file = file;
    this.append = append;
  }

  void add(long line, String reason, List<? extends @Nullable Object> record) {
    count++;
    PrintWriter to = out();
    to.println("line " + line + ": " + reason);
    if (!record.isEmpty()) {
      to.println("  " + CsvPrinter.line(record));
    }
  }

  private PrintWriter out() {
    PrintWriter open = out;
    if (open == null) {
      try {
        open =
            append
                ? new PrintWriter(
                    Files.newBufferedWriter(
                        file,
                        StandardCharsets.UTF_8,
                        StandardOpenOption.CREATE,
                        StandardOpenOption.APPEND))
                : new PrintWriter(Files.newBufferedWriter(file, StandardCharsets.UTF_8));
      } catch (IOException failed) {
        throw new UserException(
            "the bad lines can't be written to "
                + file
                + " ("
                + failed
                + "): name another file"
                + " with --bad-file");
      }
      out = open;
    }
    return open;
  }

  long count() {
    return count;
  }

  Path file() {
    return file;
  }

  /** A report of an earlier load would be mistaken for this one's. */
  void removeOld() {
    try {
      if (!append) {
        Files.deleteIfExists(file);
      }
    } catch (IOException failed) {
      throw new UncheckedIOException("the old " + file + " can't be removed", failed);
    }
  }

  @Override
  public void close() {
    if (out != null) {
      out.close();
    }
  }
}
