package dev.keelson.simulation;

import dev.keelson.simulation.check.Violation;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.LongStream;

/**
 * {@code simulate FIRST_SEED COUNT}: runs seeds on all processors, shows progress, ends with 1 when
 * one failed.
 */
public final class SimulationMain {
  private SimulationMain() {}

  public static void main(String[] arguments) {
    if (System.getenv("KEELSON_LOG_LEVEL") == null) {
      // Thousands of clusters change their leaders here, for which nobody asked.
      System.setProperty("KEELSON_LOG_LEVEL", "WARN");
    }
    long first = arguments.length > 0 ? Long.parseLong(arguments[0]) : 1;
    long count = arguments.length > 1 ? Long.parseLong(arguments[1]) : 1_000;
    long failures = run(first, count, Math.max(1, count / 20));
    System.exit(failures == 0 ? 0 : 1);
  }

  /**
   * @return how many seeds failed
   */
  public static long run(long first, long count, long progressEvery) {
    long begin = System.nanoTime();
    AtomicLong done = new AtomicLong();
    AtomicLong operations = new AtomicLong();
    AtomicLong faults = new AtomicLong();
    AtomicLong failures = new AtomicLong();
    AtomicLong changed = new AtomicLong();
    AtomicLong undone = new AtomicLong();
    LongStream.range(first, first + count)
        .parallel()
        .forEach(
            seed -> {
              try {
                Simulation.Report report = Simulation.run(seed);
                operations.addAndGet(report.operations());
                changed.addAndGet(report.votersChanged());
                undone.addAndGet(report.changesUndone());
                faults.addAndGet(report.faults() + report.messagesLost());
              } catch (RuntimeException e) {
                failures.incrementAndGet();
                System.out.println("seed " + seed + " FAILED: " + e.getMessage());
                if (!(e instanceof Violation)) {
                  e.printStackTrace(System.out);
                }
                System.out.println("  replay it: make simulate SEED=" + seed + " SEEDS=1");
              }
              long finished = done.incrementAndGet();
              if (finished % progressEvery == 0) {
                double seconds = (System.nanoTime() - begin) / 1e9;
                System.out.printf(
                    "simulated %,d of %,d seeds, %,d operations, %,d faults, %,d changes of voters, %,d undone, %,.0f s simulated per second%n",
                    finished,
                    count,
                    operations.get(),
                    faults.get(),
                    changed.get(),
                    undone.get(),
                    finished * Simulation.SECONDS / seconds);
              }
            });
    return failures.get();
  }
}
