package dev.keelson.e2e.history;

import dev.keelson.e2e.history.Operation.Kind;
import dev.keelson.e2e.history.Operation.Level;
import dev.keelson.e2e.history.Operation.Outcome;

/** Writes a history down by hand; versions are as the values, so that they never matter. */
final class Told {
  private final History history = new History();

  Told wrote(int client, long value, long from, long to) {
    return add(client, Kind.WRITE, value, Outcome.DONE, from, to);
  }

  Told mayHaveWritten(int client, long value, long from, long to) {
    return add(client, Kind.WRITE, value, Outcome.UNKNOWN, from, to);
  }

  Told wasRefused(int client, long value, long from, long to) {
    return add(client, Kind.WRITE, value, Outcome.REFUSED, from, to);
  }

  Told read(int client, long value, long from, long to) {
    return add(client, Kind.READ, value, Outcome.DONE, from, to);
  }

  Told with(Operation operation) {
    history.add(operation);
    return this;
  }

  private Told add(int client, Kind kind, long value, Outcome outcome, long from, long to) {
    return with(
        new Operation(client, kind, Level.LINEARIZABLE, "x", value, value, outcome, from, to));
  }

  History history() {
    return history;
  }
}
