package dev.keelson.client.cli;

import java.io.Console;
import java.io.PrintWriter;
import java.lang.reflect.InvocationTargetException;
import java.time.Duration;
import java.util.Locale;
import java.util.function.LongSupplier;

/** How a load goes: a bar on a terminal, now and then a line otherwise. */
final class LoadProgress {
  private static final long BAR_NANOS = Duration.ofMillis(100).toNanos();
  private static final long LINE_NANOS = Duration.ofSeconds(5).toNanos();
  private static final int BAR_WIDTH = 30;

  private final PrintWriter err;
  private final boolean terminal;
  private final LongSupplier clock;
  private final long began;
  private long lastShown;
  private double fractionSkipped;

  LoadProgress(PrintWriter err, boolean terminal, LongSupplier clock) {
    this.err = err;
    this.terminal = terminal;
    this.clock = clock;
    this.began = clock.getAsLong();
    this.lastShown = began;
  }

  static boolean onTerminal() {
    Console console = System.console();
    if (console == null) {
      return false;
    }
    try {
      // Since 22 there is a console without a terminal too, and a way to tell.
      return (boolean) Console.class.getMethod("isTerminal").invoke(console);
    } catch (NoSuchMethodException olderJava) {
      return true;
    } catch (IllegalAccessException | InvocationTargetException unexpected) {
      return false;
    }
  }

  /** What an earlier load did does not count into the rate. */
  void skipped(double fraction) {
    fractionSkipped = fraction;
  }

  void show(double fraction, long rows, long bad) {
    long now = clock.getAsLong();
    if (now - lastShown < (terminal ? BAR_NANOS : LINE_NANOS)) {
      return;
    }
    lastShown = now;
    String line = line(fraction, rows, bad, now - began);
    if (terminal) {
      int full = (int) (fraction * BAR_WIDTH);
      String bar = "█".repeat(full) + "░".repeat(BAR_WIDTH - full);
      err.print("\r" + bar + " " + line + "\u001b[K");
    } else {
      err.println(line);
    }
    err.flush();
  }

  private String line(double fraction, long rows, long bad, long nanos) {
    double done = fraction - fractionSkipped;
    String left =
        done <= 0.001 ? "" : ", " + duration((long) (nanos * (1 - fraction) / done)) + " left";
    return String.format(
        Locale.ROOT,
        "%3d %%  %,d rows, %,d rows/s%s%s",
        (int) (fraction * 100),
        rows,
        rate(rows, nanos),
        left,
        bad == 0 ? "" : String.format(Locale.ROOT, ", %,d bad", bad));
  }

  private static long rate(long rows, long nanos) {
    return nanos <= 0 ? rows : (long) (rows / (nanos / 1e9));
  }

  private static String duration(long nanos) {
    long seconds = Math.round(nanos / 1e9);
    return seconds < 60
        ? seconds + " s"
        : String.format(Locale.ROOT, "%d min %02d s", seconds / 60, seconds % 60);
  }

  /** Ends the bar. */
  void clear() {
    if (terminal) {
      err.print("\r\u001b[K");
      err.flush();
    }
  }

  String summary(long rows) {
    long nanos = clock.getAsLong() - began;
    return String.format(
        Locale.ROOT, "%,d rows in %.1f s (%,d rows/s)", rows, nanos / 1e9, rate(rows, nanos));
  }
}
