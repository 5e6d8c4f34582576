package dev.keelson.e2e.history;

import dev.keelson.e2e.history.Operation.Level;
import dev.keelson.e2e.history.Operation.Outcome;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Whether each BOUNDED read was as fresh as it said: it shows no version below one that a write or
 * a linearizable read had answered with, so long before it was asked as its answer may have been
 * old.
 */
public final class FreshnessCheck {
  private final String register;

  /** The answer with the greatest version until then, by time. */
  private final TreeMap<Long, Operation> known = new TreeMap<>();

  private FreshnessCheck(String register) {
    this.register = register;
  }

  public static List<Violation> check(History history) {
    List<Violation> found = new ArrayList<>();
    history
        .byRegister(it -> it.outcome() == Outcome.DONE)
        .forEach(
            (register, operations) -> found.addAll(new FreshnessCheck(register).check(operations)));
    return found;
  }

  private List<Violation> check(List<Operation> operations) {
    operations.stream()
        .filter(it -> it.isWrite() || it.level() == Level.LINEARIZABLE)
        .sorted(Comparator.comparingLong(Operation::answeredAt))
        .forEach(this::learn);
    return operations.stream()
        .filter(it -> !it.isWrite() && it.level() == Level.BOUNDED)
        .flatMap(read -> tooOld(read).stream())
        .toList();
  }

  private void learn(Operation answered) {
    Map.Entry<Long, Operation> last = known.lastEntry();
    if (last == null || last.getValue().version() < answered.version()) {
      known.put(answered.answeredAt(), answered);
    }
  }

  private List<Violation> tooOld(Operation read) {
    Map.Entry<Long, Operation> before = known.lowerEntry(read.invokedAt() - read.age());
    if (before == null || before.getValue().version() <= read.version()) {
      return List.of();
    }
    String sentence = register + " was read older than " + read.age() + " ns, as was said";
    return List.of(new Violation(sentence, List.of(before.getValue(), read)));
  }
}
