package dev.keelson.e2e.history;

import dev.keelson.e2e.history.Operation.Level;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;

/** What clients did and saw. Thread-safe while it is recorded. */
public final class History {
  /** More would not fit the memory of a test. */
  private static final int MOST_OPERATIONS = 5_000_000;

  private final List<Operation> operations = new ArrayList<>();

  public synchronized void add(Operation operation) {
    if (operations.size() == MOST_OPERATIONS) {
      throw new IllegalStateException("a history of more than " + MOST_OPERATIONS);
    }
    operations.add(operation);
  }

  /** In the order in which they were asked. */
  public synchronized List<Operation> operations() {
    return operations.stream().sorted(Comparator.comparingLong(Operation::invokedAt)).toList();
  }

  /** The operations of each register that are of one sort. */
  Map<String, List<Operation>> byRegister(Predicate<Operation> which) {
    Map<String, List<Operation>> registers = new TreeMap<>();
    for (Operation operation : operations()) {
      if (which.test(operation)) {
        registers.computeIfAbsent(operation.register(), it -> new ArrayList<>()).add(operation);
      }
    }
    return registers;
  }

  public long count(Predicate<Operation> which) {
    return operations().stream().filter(which).count();
  }

  /** All that the checkers find. */
  public List<Violation> violations() {
    List<Violation> found = new ArrayList<>();
    found.addAll(LinearizabilityCheck.check(this));
    found.addAll(VersionCheck.check(this));
    found.addAll(SessionCheck.check(this, EnumSet.allOf(Level.class)));
    found.addAll(FreshnessCheck.check(this));
    return found;
  }

  /** One operation a line. */
  public void write(Path file) throws IOException {
    Files.createDirectories(file.toAbsolutePath().getParent());
    Files.write(file, operations().stream().map(Operation::toJson).toList());
  }
}
