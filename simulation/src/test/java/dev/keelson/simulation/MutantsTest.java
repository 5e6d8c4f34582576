package dev.keelson.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keelson.simulation.mutant.Mutant;
import dev.keelson.simulation.mutant.MutantFile;
import dev.keelson.simulation.mutant.MutantsMain;
import dev.keelson.simulation.mutant.Trial;
import dev.keelson.simulation.mutant.Trial.Verdict;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;

/** Every broken rule is noticed, and the rules as they are are not blamed for anything. */
@Tag("long")
class MutantsTest {
  private final ExecutorService workers =
      Executors.newFixedThreadPool(Runtime.getRuntime().availableProcessors());

  @AfterEach
  void stop() {
    workers.shutdownNow();
  }

  @TestFactory
  Stream<DynamicTest> everyMutantIsCaught() {
    Trial trial = new Trial(root(), MutantsMain.FIRST_SEED, MutantsMain.SEEDS);
    List<Mutant> mutants = MutantFile.readAll(root().resolve(MutantsMain.FOLDER));
    Stream<DynamicTest> caught = mutants.stream().map(it -> caught(trial, it));
    return Stream.concat(caught.toList().stream(), Stream.of(clean(trial)));
  }

  private DynamicTest caught(Trial trial, Mutant mutant) {
    Future<Verdict> verdict = workers.submit(() -> trial.run(mutant));
    return DynamicTest.dynamicTest(
        mutant.toString(),
        () -> {
          System.out.println("mutant " + MutantsMain.line(verdict.get()));
          assertThat(verdict.get().caught())
              .as("%s, although \"%s\" is broken", mutant, mutant.sentence())
              .isTrue();
        });
  }

  private DynamicTest clean(Trial trial) {
    Future<Verdict> verdict = workers.submit(trial::runUnchanged);
    return DynamicTest.dynamicTest(
        "the code as it is",
        () -> assertThat(verdict.get().caught()).as(verdict.get().why()).isFalse());
  }

  private static Path root() {
    Path here = Path.of("").toAbsolutePath();
    return Files.exists(here.resolve(MutantsMain.FOLDER)) ? here : here.resolve("..").normalize();
  }
}
