package dev.keelson.datanode.journal;

import java.util.ArrayList;
import java.util.List;

/** What was unusual at start, in sentences; a bounded number of them. */
final class Findings {
  private static final int LIMIT = 100;

  private final List<String> sentences = new ArrayList<>();
  private int omitted;

  void add(String sentence) {
    if (sentences.size() < LIMIT - 1) {
      sentences.add(sentence);
    } else {
      omitted++;
    }
  }

  List<String> sentences() {
    List<String> all = new ArrayList<>(sentences);
    if (omitted > 0) {
      all.add(omitted + " more findings of the same kind");
    }
    return all;
  }
}
