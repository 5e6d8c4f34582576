package dev.keelson.e2e.history;

import dev.keelson.e2e.history.Operation.Level;
import dev.keelson.e2e.history.Operation.Outcome;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Whether each client saw its own writes, and time never run backwards (Terry and others, "Session
 * guarantees for weakly consistent replicated data", 1994), told by versions.
 */
public final class SessionCheck {
  private record Seen(int client, String register) {}

  private SessionCheck() {}

  /**
   * For reads of levels that promise it; linearizability implies it, at the others the session
   * does.
   */
  public static List<Violation> check(History history, Set<Level> levels) {
    List<Violation> found = new ArrayList<>();
    Map<Seen, Operation> newest = new HashMap<>();
    for (Operation operation : history.operations()) {
      if (operation.outcome() != Outcome.DONE
          || (!operation.isWrite() && !levels.contains(operation.level()))) {
        continue;
      }
      Seen key = new Seen(operation.client(), operation.register());
      Operation before = newest.get(key);
      if (before != null && operation.version() < before.version()) {
        String what = before.isWrite() ? "did not see its own write" : "read backwards";
        found.add(
            new Violation("client " + operation.client() + " " + what, List.of(before, operation)));
      } else {
        newest.put(key, operation);
      }
    }
    return found;
  }
}
