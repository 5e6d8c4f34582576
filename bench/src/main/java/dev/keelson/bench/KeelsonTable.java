package dev.keelson.bench;

/** The table under load. */
final class KeelsonTable {
  static final String NAME = "board";
  static final String DEFINITION = NAME + " (key STRING, value BYTES, PRIMARY KEY ((key)))";

  private KeelsonTable() {}

  static String key(int number) {
    return "key-%012d".formatted(number);
  }
}
