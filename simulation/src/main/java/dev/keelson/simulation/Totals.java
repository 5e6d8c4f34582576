package dev.keelson.simulation;

import dev.keelson.simulation.check.Coverage;
import dev.keelson.simulation.check.Violation;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;

/** What many runs did together; says so as they go. Thread-safe. */
final class Totals {
  /** With fewer runs a rare event may never happen by chance. */
  private static final long ENOUGH_FOR_COVERAGE = 5_000;

  private final long begin = System.nanoTime();
  private final long count;
  private final long progressEvery;
  private final Map<Coverage.Event, Long> coverage = new EnumMap<>(Coverage.Event.class);
  private long done;
  private long operations;
  private long faults;
  private long changed;
  private long undone;
  private long failures;
  private double simulated;

  Totals(long count, long progressEvery) {
    this.count = count;
    this.progressEvery = progressEvery;
  }

  synchronized void add(Simulation.Report report) {
    operations += report.operations();
    faults += report.faults() + report.messagesLost();
    changed += report.votersChanged();
    undone += report.changesUndone();
    simulated += report.seconds();
    report.coverage().forEach((event, times) -> coverage.merge(event, times, Long::sum));
    progress();
  }

  synchronized void failed(long seed, RuntimeException why) {
    failures++;
    System.out.println("seed " + seed + " FAILED: " + why.getMessage());
    if (!(why instanceof Violation)) {
      why.printStackTrace(System.out);
    }
    System.out.println("  replay it: make simulate SEED=" + seed + " SEEDS=1");
    System.out.println("  and read it: make simulate SEED=" + seed + " SEEDS=1 TRACE=trace");
    progress();
  }

  private void progress() {
    done++;
    if (done % progressEvery == 0) {
      System.out.printf(
          "simulated %,d of %,d seeds, %,d operations, %,d faults, %,d changes of voters, %,d undone, %,.0f s simulated per second%n",
          done,
          count,
          operations,
          faults,
          changed,
          undone,
          simulated / ((System.nanoTime() - begin) / 1e9));
    }
  }

  /** Prints how often rare events happened; returns what is wrong, in number. */
  synchronized long conclude() {
    long never = 0;
    StringBuilder text = new StringBuilder("simulated events:");
    for (Coverage.Event event : Coverage.Event.values()) {
      long times = coverage.getOrDefault(event, 0L);
      String name = event.name().toLowerCase(Locale.ROOT).replace('_', ' ');
      text.append("%n  %,12d %s".formatted(times, name));
      if (times == 0 && count >= ENOUGH_FOR_COVERAGE) {
        never++;
        text.append(": NEVER, so the faults no longer reach it");
      }
    }
    System.out.println(text);
    return failures + never;
  }
}
