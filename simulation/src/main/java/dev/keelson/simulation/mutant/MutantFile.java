package dev.keelson.simulation.mutant;

import dev.keelson.simulation.mutant.Mutant.Edit;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads mutants from text files, one file per rule, named after it.
 *
 * <pre>
 *   # a comment
 *   mutant   leader counts itself early
 *   sentence the leader counting itself only when its own write is durable
 *   in       core/src/main/java/dev/keelson/core/replication/Leadership.java
 *   old
 *         situation.whenDurable(() -> durableIndex = last);
 *   new
 *         durableIndex = last;
 *   end
 * </pre>
 *
 * A mutant may have several edits, each from {@code in} to {@code end}.
 */
public final class MutantFile {
  private final String rule;
  private final ArrayDeque<String> lines;
  private final List<Mutant> mutants = new ArrayList<>();

  private MutantFile(String rule, List<String> lines) {
    this.rule = rule;
    this.lines = new ArrayDeque<>(lines);
  }

  /** All mutants of a folder, in the order of the rules. */
  public static List<Mutant> readAll(Path folder) {
    try (var files = Files.list(folder)) {
      return files
          .filter(it -> it.toString().endsWith(".txt"))
          .sorted()
          .flatMap(it -> read(it).stream())
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<Mutant> read(Path file) {
    String name = String.valueOf(file.getFileName()).replace(".txt", "");
    try {
      return parse(name.replaceFirst("^R0", "R"), Files.readAllLines(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static List<Mutant> parse(String rule, List<String> lines) {
    MutantFile file = new MutantFile(rule, lines);
    file.skipComments();
    while (!file.lines.isEmpty()) {
      file.mutants.add(file.mutant());
    }
    return file.mutants;
  }

  private Mutant mutant() {
    String name = word("mutant");
    String sentence = word("sentence");
    List<Edit> edits = new ArrayList<>();
    while (!lines.isEmpty() && lines.getFirst().startsWith("in ")) {
      edits.add(edit());
    }
    return new Mutant(rule, name, sentence, edits);
  }

  private Edit edit() {
    String file = word("in");
    word("old");
    String oldText = textUntil("new");
    return new Edit(file, oldText, textUntil("end"));
  }

  /** A line that begins with a word, and what follows it. */
  private String word(String expected) {
    if (lines.isEmpty() || !(lines.getFirst() + " ").startsWith(expected + " ")) {
      throw new IllegalArgumentException(
          rule + ": expected '" + expected + "', found '" + lines.peekFirst() + "'");
    }
    String rest = lines.removeFirst().substring(expected.length()).strip();
    skipComments();
    return rest;
  }

  private String textUntil(String end) {
    List<String> text = new ArrayList<>();
    while (!lines.isEmpty() && !lines.getFirst().equals(end)) {
      text.add(lines.removeFirst());
    }
    word(end);
    return String.join("\n", text);
  }

  private void skipComments() {
    while (!lines.isEmpty() && (lines.getFirst().isBlank() || lines.getFirst().startsWith("#"))) {
      lines.removeFirst();
    }
  }
}
