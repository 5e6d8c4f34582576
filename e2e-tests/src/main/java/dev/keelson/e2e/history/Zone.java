package dev.keelson.e2e.history;

import dev.keelson.e2e.history.Operation.Outcome;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * A write and the reads of its value: whatever the order of all operations is, they stand together
 * in it.
 */
final class Zone {
  private final List<Operation> operations = new ArrayList<>();
  private final boolean initial;

  /**
   * @param initial of the value that was there before the first write
   */
  Zone(boolean initial) {
    this.initial = initial;
  }

  void add(Operation operation) {
    operations.add(operation);
  }

  List<Operation> operations() {
    return operations;
  }

  boolean wasRead() {
    return operations.stream().anyMatch(it -> !it.isWrite());
  }

  /** The first end of an operation: by then the value had been written. */
  long firstEnd() {
    return initial
        ? Long.MIN_VALUE
        : operations.stream().mapToLong(Zone::end).min().orElse(Long.MAX_VALUE);
  }

  /** The last begin of an operation: then the value was still there. */
  long lastBegin() {
    return operations.stream().mapToLong(Operation::invokedAt).max().orElse(Long.MIN_VALUE);
  }

  /** Whether the value was certainly there for a while, from the first end to the last begin. */
  boolean isForward() {
    return firstEnd() < lastBegin();
  }

  /** An operation of this zone ended before one of the other began, so this zone comes first. */
  boolean mustPrecede(Zone other) {
    return firstEnd() < other.lastBegin();
  }

  /** The two operations that force this zone before another. */
  List<Operation> proofAgainst(Zone other) {
    List<Operation> proof = new ArrayList<>();
    operations.stream().min(Comparator.comparingLong(Zone::end)).ifPresent(proof::add);
    other.operations.stream()
        .max(Comparator.comparingLong(Operation::invokedAt))
        .ifPresent(proof::add);
    return proof;
  }

  /** A write whose outcome nobody knows may take effect at any later time. */
  static long end(Operation operation) {
    return operation.outcome() == Outcome.UNKNOWN ? Long.MAX_VALUE : operation.answeredAt();
  }
}
