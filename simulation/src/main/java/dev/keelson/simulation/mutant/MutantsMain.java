package dev.keelson.simulation.mutant;

import dev.keelson.simulation.mutant.Trial.Verdict;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/**
 * {@code mutants ROOT [SEEDS [PART]]}: tries all mutants, or those with PART in their names, on all
 * processors; prints a table and ends with 1 when one was not caught.
 */
public final class MutantsMain {
  /** Enough for each mutant, and few enough for a test. */
  public static final int SEEDS = 400;

  /** Where mutants lie, from the root of the project on. */
  public static final String FOLDER = "simulation/mutants";

  /** Of the seeds that each mutant is tried with. */
  public static final long FIRST_SEED = 1;

  private MutantsMain() {}

  public static void main(String[] arguments) {
    if (System.getenv("KEELSON_LOG_LEVEL") == null) {
      // Mutants make replicas fail, which is what they are for.
      System.setProperty("KEELSON_LOG_LEVEL", "OFF");
    }
    Path root = Path.of(arguments[0]);
    int seeds = arguments.length > 1 ? Integer.parseInt(arguments[1]) : SEEDS;
    String part = arguments.length > 2 ? arguments[2].toLowerCase(Locale.ROOT) : "";
    List<Mutant> mutants =
        MutantFile.readAll(root.resolve(FOLDER)).stream()
            .filter(it -> it.toString().toLowerCase(Locale.ROOT).contains(part))
            .toList();
    Trial trial = new Trial(root, FIRST_SEED, seeds);
    long escaped =
        mutants.parallelStream()
            .map(trial::run)
            .peek(it -> System.out.println(line(it)))
            .filter(it -> !it.caught())
            .count();
    System.out.printf("%d mutants, %d not caught in %d seeds%n", mutants.size(), escaped, seeds);
    System.exit(escaped == 0 ? 0 : 1);
  }

  /** A row of the table, as docs/reliability.md has it. */
  public static String line(Verdict verdict) {
    return String.format(
        Locale.ROOT,
        "| %s | %s | %s | %s | %.1f s |",
        verdict.mutant().rule(),
        verdict.mutant().name(),
        verdict.caught() ? "seed " + verdict.seeds() : "NOT CAUGHT in " + verdict.seeds(),
        verdict.by(),
        verdict.seconds());
  }
}
