package dev.keelson.simulation.mutant;

import java.util.List;

/**
 * The code with one sentence of a rule broken. Nothing in the code knows of it: a mutant is text
 * that is put in the place of other text.
 *
 * @param rule such as R9
 * @param sentence of the rule, that which is broken
 */
public record Mutant(String rule, String name, String sentence, List<Edit> edits) {
  /**
   * A change of one file.
   *
   * @param file from the root of the project on
   * @param oldText must be there exactly once
   */
  public record Edit(String file, String oldText, String newText) {}

  public Mutant {
    edits = List.copyOf(edits);
    if (edits.isEmpty()) {
      throw new IllegalArgumentException("mutant " + name + " changes nothing");
    }
  }

  @Override
  public String toString() {
    return rule + " " + name;
  }
}
