package dev.keelson.operator.cluster;

import dev.keelson.operator.resources.ObjectKey;

/** Something that was written. */
record Change(Act act, ObjectKey object) {

  /** What was done; the words are the reasons of events. */
  enum Act {
    CREATED("Created"),
    CHANGED("Changed"),
    CORRECTED("Corrected"),
    REMOVED("Removed");

    private final String word;

    Act(String word) {
      this.word = word;
    }

    String word() {
      return word;
    }
  }
}
