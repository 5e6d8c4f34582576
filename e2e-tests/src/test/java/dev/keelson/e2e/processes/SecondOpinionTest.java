package dev.keelson.e2e.processes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keelson.e2e.history.History;
import dev.keelson.e2e.history.LinearizabilityCheck;
import dev.keelson.e2e.history.Operation;
import dev.keelson.e2e.history.Operation.Kind;
import dev.keelson.e2e.history.Operation.Level;
import dev.keelson.e2e.history.Operation.Outcome;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The two checkers of histories agree, on good ones and on bad ones. */
@Tag("processes")
class SecondOpinionTest {
  private static final int HISTORIES = 40;

  @TempDir private Path directory;

  @Test
  void both_checkers_say_the_same_of_random_histories() throws IOException {
    int good = 0;
    for (int seed = 0; seed < HISTORIES; seed++) {
      History history = random(new SplittableRandom(seed));
      boolean holds = LinearizabilityCheck.check(history).isEmpty();
      good += holds ? 1 : 0;
      Path file = directory.resolve(seed + ".jsonl");
      history.write(file);
      Tools.Result second = Tools.run(List.of(Tools.historyChecker().toString(), file.toString()));
      assertThat(second.exitCode() == 0)
          .as("seed %d: %s, %s", seed, second.output(), history.operations())
          .isEqualTo(holds);
    }
    assertThat(good).as("good ones of %d", HISTORIES).isBetween(5, HISTORIES - 5);
  }

  /**
   * A register that is mostly right: reads look at any moment of their time, or a little before.
   */
  private static History random(SplittableRandom random) {
    History history = new History();
    int writes = random.nextInt(3, 12);
    long[] effect = new long[writes + 1];
    for (int value = 1; value <= writes; value++) {
      long from = value * 10L + random.nextInt(20);
      long to = from + 1 + random.nextInt(30);
      effect[value] = random.nextLong(from, to);
      Outcome outcome = random.nextInt(5) == 0 ? Outcome.UNKNOWN : Outcome.DONE;
      history.add(operation(value, Kind.WRITE, value, outcome, from, to));
    }
    boolean stale = random.nextBoolean();
    for (int reader = 0; reader < 10; reader++) {
      long from = random.nextInt(writes * 12 + 20);
      long moment = from + random.nextInt(10) - (stale ? random.nextInt(60) : 0);
      int value = 0;
      for (int other = 1; other <= writes; other++) {
        boolean later = value == 0 || effect[other] > effect[value];
        value = effect[other] <= moment && later ? other : value;
      }
      history.add(operation(100 + reader, Kind.READ, value, Outcome.DONE, from, from + 10));
    }
    return history;
  }

  private static Operation operation(
      int client, Kind kind, long value, Outcome outcome, long from, long to) {
    return new Operation(client, kind, Level.LINEARIZABLE, "x", value, value, outcome, from, to);
  }
}
