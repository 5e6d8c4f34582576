package dev.keelson.simulation;

import dev.keelson.simulation.world.Trace;
import java.util.stream.LongStream;

/**
 * {@code simulate FIRST_SEED COUNT [trace]}: runs seeds on all processors, shows progress, ends
 * with 1 when one failed. With {@code trace} the first seed alone is run, and all that happens is
 * printed.
 */
public final class SimulationMain {
  private SimulationMain() {}

  public static void main(String[] arguments) {
    if (System.getenv("KEELSON_LOG_LEVEL") == null) {
      // Thousands of clusters change their leaders here, and lose their metadata store.
      System.setProperty("KEELSON_LOG_LEVEL", "OFF");
    }
    if (arguments.length > 2 && arguments[2].equals("trace")) {
      System.out.println(Simulation.run(Long.parseLong(arguments[0]), Trace.PRINTED));
      return;
    }
    long first = arguments.length > 0 ? Long.parseLong(arguments[0]) : 1;
    long count = arguments.length > 1 ? Long.parseLong(arguments[1]) : 1_000;
    long failures = run(first, count, Math.max(1, count / 20));
    System.exit(failures == 0 ? 0 : 1);
  }

  /**
   * @return how many seeds failed, and rare events that never happened although many seeds ran
   */
  public static long run(long first, long count, long progressEvery) {
    Totals totals = new Totals(count, progressEvery);
    LongStream.range(first, first + count)
        .parallel()
        .forEach(
            seed -> {
              try {
                totals.add(Simulation.run(seed));
              } catch (RuntimeException e) {
                totals.failed(seed, e);
              }
            });
    return totals.conclude();
  }
}
