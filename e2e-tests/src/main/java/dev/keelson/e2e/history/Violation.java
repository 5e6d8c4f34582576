package dev.keelson.e2e.history;

import java.util.List;
import java.util.stream.Collectors;

/**
 * What a correct database could not have shown.
 *
 * @param proof the operations that contradict each other
 */
public record Violation(String sentence, List<Operation> proof) {
  public Violation {
    proof = List.copyOf(proof);
  }

  @Override
  public String toString() {
    return proof.stream()
        .map(Operation::toJson)
        .collect(Collectors.joining("\n  ", sentence + "\n  ", ""));
  }
}
