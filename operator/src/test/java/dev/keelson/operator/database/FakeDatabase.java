package dev.keelson.operator.database;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/** Databases that say what the test wants; out of reach until then. Thread-safe. */
public final class FakeDatabase implements DatabaseView {
  private final ConcurrentMap<String, DatabaseReport> reports = new ConcurrentHashMap<>();

  public void says(String endpoint, DatabaseReport report) {
    reports.put(endpoint, report);
  }

  @Override
  public DatabaseReport ask(String endpoint) {
    return reports.getOrDefault(endpoint, new DatabaseReport.Unreachable("nothing runs here"));
  }
}
