package dev.keelson.e2e.history;

import dev.keelson.e2e.history.Operation.Kind;
import dev.keelson.e2e.history.Operation.Outcome;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Whether versions are what they are said to be: one for each write, growing in the order of the
 * writes, and what a read reports is the version of what it read.
 */
public final class VersionCheck {
  private final String register;
  private final List<Violation> violations = new ArrayList<>();
  private final Map<Long, Operation> byVersion = new HashMap<>();
  private final Map<Long, Operation> writes = new HashMap<>();

  private VersionCheck(String register) {
    this.register = register;
  }

  public static List<Violation> check(History history) {
    List<Violation> found = new ArrayList<>();
    history
        .byRegister(it -> it.outcome() == Outcome.DONE)
        .forEach(
            (register, operations) -> found.addAll(new VersionCheck(register).check(operations)));
    return found;
  }

  private List<Violation> check(List<Operation> operations) {
    for (Operation operation : operations) {
      if (operation.version() > 0) {
        Operation other = byVersion.putIfAbsent(operation.version(), operation);
        if (other != null && other.value() != operation.value()) {
          violate("two values have one version", List.of(other, operation));
        }
      }
    }
    List<Operation> done = operations.stream().filter(Operation::isWrite).toList();
    done.forEach(it -> writes.put(it.value(), it));
    operations.stream().filter(it -> it.kind() == Kind.READ).forEach(this::compareWithWrite);
    growInRealTime(done);
    return violations;
  }

  private void compareWithWrite(Operation read) {
    Operation write = writes.get(read.value());
    if (write != null && write.version() != read.version()) {
      violate("the read reports another version than the write", List.of(write, read));
    }
  }

  /** A write that began after another was answered has a greater version. */
  private void growInRealTime(List<Operation> done) {
    List<Operation> byEnd =
        done.stream().sorted(Comparator.comparingLong(Operation::answeredAt)).toList();
    int ended = 0;
    Operation newest = null;
    for (Operation write : done) {
      while (ended < byEnd.size() && byEnd.get(ended).answeredAt() < write.invokedAt()) {
        Operation candidate = byEnd.get(ended++);
        newest = newest == null || candidate.version() > newest.version() ? candidate : newest;
      }
      if (newest != null && newest.version() >= write.version()) {
        violate("a later write has a lesser version", List.of(newest, write));
      }
    }
  }

  private void violate(String sentence, List<Operation> proof) {
    violations.add(new Violation(register + " has wrong versions: " + sentence, proof));
  }
}
