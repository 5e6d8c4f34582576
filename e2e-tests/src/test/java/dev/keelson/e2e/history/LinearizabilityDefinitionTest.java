package dev.keelson.e2e.history;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keelson.e2e.history.Operation.Kind;
import dev.keelson.e2e.history.Operation.Level;
import dev.keelson.e2e.history.Operation.Outcome;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The quick check against the definition, which tries every order. */
class LinearizabilityDefinitionTest {

  private static final int HISTORIES = 20_000;

  @Test
  void the_check_says_what_the_definition_says() {
    int good = 0;
    for (int seed = 0; seed < HISTORIES; seed++) {
      List<Operation> operations = random(new Random(seed));
      History history = new History();
      operations.forEach(history::add);
      boolean expected = hasAnOrder(operations, 0);
      good += expected ? 1 : 0;

      assertThat(LinearizabilityCheck.check(history).isEmpty())
          .as("seed %d: %s", seed, operations)
          .isEqualTo(expected);
    }
    assertThat(good).as("both kinds are tried").isBetween(HISTORIES / 5, HISTORIES * 4 / 5);
  }

  private static List<Operation> random(Random random) {
    List<Operation> operations = new ArrayList<>();
    int writes = random.nextInt(4);
    int reads = random.nextInt(5);
    for (int value = 1; value <= writes; value++) {
      Outcome outcome = random.nextInt(4) == 0 ? Outcome.UNKNOWN : Outcome.DONE;
      operations.add(operation(random, Kind.WRITE, value, outcome));
    }
    for (int i = 0; i < reads; i++) {
      operations.add(operation(random, Kind.READ, random.nextInt(writes + 1), Outcome.DONE));
    }
    return operations;
  }

  private static Operation operation(Random random, Kind kind, long value, Outcome outcome) {
    long from = random.nextInt(20);
    long to = from + random.nextInt(8);
    return new Operation(
        random.nextInt(), kind, Level.LINEARIZABLE, "x", value, value, outcome, from, to);
  }

  /** Whether what is left can be put in an order that starts from a value. */
  private static boolean hasAnOrder(List<Operation> left, long value) {
    if (left.stream().allMatch(it -> it.outcome() == Outcome.UNKNOWN)) {
      return true;
    }
    for (Operation next : left) {
      List<Operation> rest = new ArrayList<>(left);
      rest.remove(next);
      boolean mayBeNext = rest.stream().noneMatch(it -> Zone.end(it) < next.invokedAt());
      boolean fits = next.isWrite() || next.value() == value;
      if (mayBeNext && fits && hasAnOrder(rest, next.isWrite() ? next.value() : value)) {
        return true;
      }
    }
    return false;
  }
}
