package dev.keelson.simulation;

import dev.keelson.simulation.check.Violation;
import java.util.List;
import java.util.function.LongFunction;

/**
 * A run as somebody sees it who has loaded our classes a second time: nothing of ours goes in or
 * out. The answer is empty, or which check failed and what it said.
 */
public final class SeedTrial implements LongFunction<List<String>> {
  @Override
  public List<String> apply(long seed) {
    try {
      var unused = Simulation.run(seed);
      return List.of();
    } catch (Violation violation) {
      return List.of(violation.invariant().toString(), String.valueOf(violation.getMessage()));
    } catch (RuntimeException thrown) {
      return List.of("a check in the code", describe(thrown));
    }
  }

  private static String describe(Throwable thrown) {
    Throwable cause = thrown.getCause();
    return cause == null ? thrown.toString() : thrown + ": " + describe(cause);
  }
}
