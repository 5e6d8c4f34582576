package dev.keelson.simulation.mutant;

import dev.keelson.simulation.SeedTrial;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.LongFunction;

/** Runs seeds on mutated code until one fails. */
public final class Trial {
  private final Path root;
  private final long firstSeed;
  private final int seeds;

  /**
   * @param root the folder of the project
   * @param seeds how many are tried at most
   */
  public Trial(Path root, long firstSeed, int seeds) {
    this.root = root;
    this.firstSeed = firstSeed;
    this.seeds = seeds;
  }

  /**
   * How it went.
   *
   * @param seeds how many were run; the last one failed if {@code caught}
   * @param by which check failed, or what was thrown
   */
  public record Verdict(
      Mutant mutant, boolean caught, int seeds, String by, String why, double seconds) {}

  public Verdict run(Mutant mutant) {
    return run(mutant, MutatedCode.compile(root, mutant));
  }

  /** The same seeds with the code as it is. */
  public Verdict runUnchanged() {
    Mutant none = new Mutant("-", "none", "", List.of(new Mutant.Edit("", "", "")));
    return run(none, Map.of());
  }

  private Verdict run(Mutant mutant, Map<String, byte[]> classes) {
    long begin = System.nanoTime();
    LongFunction<List<String>> runs = runs(new MutantLoader(classes));
    for (int i = 0; i < seeds; i++) {
      List<String> failure = runs.apply(firstSeed + i);
      if (!failure.isEmpty()) {
        return new Verdict(mutant, true, i + 1, failure.get(0), failure.get(1), since(begin));
      }
    }
    return new Verdict(mutant, false, seeds, "", "", since(begin));
  }

  private static double since(long begin) {
    return (System.nanoTime() - begin) / 1e9;
  }

  @SuppressWarnings("unchecked")
  private static LongFunction<List<String>> runs(MutantLoader loader) {
    try {
      Object runs =
          loader.loadClass(SeedTrial.class.getName()).getDeclaredConstructor().newInstance();
      return (LongFunction<List<String>>) runs;
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("the simulator can't be loaded once more", e);
    }
  }
}
