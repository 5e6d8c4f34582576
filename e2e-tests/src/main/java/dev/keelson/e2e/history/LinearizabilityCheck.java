package dev.keelson.e2e.history;

import dev.keelson.e2e.history.Operation.Level;
import dev.keelson.e2e.history.Operation.Outcome;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Whether each register behaved as if its operations had happened one after the other, each at some
 * moment between its call and its answer (Herlihy and Wing, 1990).
 *
 * <p>As no value is written twice, each read names its write, and the question has an answer in n
 * log n (Gibbons and Korach, "Testing shared memories", 1997): a write and its reads are one zone;
 * the history is linearizable if no two zones must precede each other. Two zones that each hold for
 * a while must not overlap, and a zone that needs but a moment must not lie wholly within one that
 * holds.
 */
public final class LinearizabilityCheck {
  private final String register;
  private final List<Violation> violations = new ArrayList<>();
  private final Map<Long, Zone> zones = new HashMap<>();

  private LinearizabilityCheck(String register) {
    this.register = register;
  }

  /** Linearizability is local: each register by itself. */
  public static List<Violation> check(History history) {
    List<Violation> found = new ArrayList<>();
    history
        .byRegister(it -> it.isWrite() || it.level() == Level.LINEARIZABLE)
        .forEach(
            (register, operations) ->
                found.addAll(new LinearizabilityCheck(register).check(operations)));
    return found;
  }

  private List<Violation> check(List<Operation> operations) {
    gather(operations);
    List<Zone> all = zones.values().stream().filter(it -> !it.operations().isEmpty()).toList();
    List<Zone> forward =
        all.stream()
            .filter(Zone::isForward)
            .sorted(Comparator.comparingLong(Zone::firstEnd))
            .toList();
    for (int i = 1; i < forward.size(); i++) {
      compare(forward.get(i - 1), forward.get(i));
    }
    if (violations.isEmpty()) {
      all.stream().filter(it -> !it.isForward()).forEach(it -> compare(before(forward, it), it));
    }
    return violations;
  }

  private void gather(List<Operation> operations) {
    zones.put(0L, new Zone(true));
    operations.stream()
        .filter(Operation::isWrite)
        .filter(it -> it.outcome() != Outcome.REFUSED)
        .forEach(
            write -> {
              Zone zone = new Zone(false);
              zone.add(write);
              if (zones.put(write.value(), zone) != null) {
                throw new IllegalArgumentException(
                    "value " + write.value() + " was written twice to " + register);
              }
            });
    operations.stream().filter(it -> !it.isWrite()).forEach(this::gatherRead);
    // What nobody saw, and may never have happened, says nothing.
    zones.values().removeIf(LinearizabilityCheck::saysNothing);
  }

  private static boolean saysNothing(Zone zone) {
    return !zone.wasRead()
        && zone.operations().stream().allMatch(it -> it.outcome() == Outcome.UNKNOWN);
  }

  private void gatherRead(Operation read) {
    Zone zone = zones.get(read.value());
    if (zone == null) {
      violate("a value was read that nobody wrote, or whose write was refused", List.of(read));
      return;
    }
    Operation first = zone.operations().isEmpty() ? read : zone.operations().getFirst();
    if (first.isWrite() && read.answeredAt() < first.invokedAt()) {
      violate("a value was read before its write began", List.of(first, read));
    }
    zone.add(read);
  }

  /** The zone that holds for a while and begins to hold last before another ends its moment. */
  private static Zone before(List<Zone> forward, Zone moment) {
    int low = 0;
    int high = forward.size();
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (forward.get(middle).firstEnd() < moment.lastBegin()) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low == 0 ? new Zone(false) : forward.get(low - 1);
  }

  private void compare(Zone one, Zone other) {
    if (one.mustPrecede(other) && other.mustPrecede(one)) {
      List<Operation> proof = new ArrayList<>(one.proofAgainst(other));
      proof.addAll(other.proofAgainst(one));
      violate("the first must come before the second, and the third before the fourth", proof);
    }
  }

  private void violate(String sentence, List<Operation> proof) {
    violations.add(new Violation(register + " is not linearizable: " + sentence, proof));
  }
}
