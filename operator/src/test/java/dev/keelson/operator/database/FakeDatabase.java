package dev.keelson.operator.database;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** Databases that say what the test wants; out of reach until then. Thread-safe. */
public final class FakeDatabase implements Database {
  private final ConcurrentMap<String, DatabaseReport> reports = new ConcurrentHashMap<>();
  private final ConcurrentMap<String, DrainCheck> checks = new ConcurrentHashMap<>();
  private final List<String> acts = new CopyOnWriteArrayList<>();

  public void says(String endpoint, DatabaseReport report) {
    reports.put(endpoint, report);
  }

  public void says(String node, DrainCheck check) {
    checks.put(node, check);
  }

  /** What it was told, the first first. */
  public List<String> acts() {
    return List.copyOf(acts);
  }

  @Override
  public DatabaseReport ask(String endpoint) {
    return reports.getOrDefault(endpoint, new DatabaseReport.Unreachable("nothing runs here"));
  }

  @Override
  public Optional<DrainCheck> check(String endpoint, String node) {
    return Optional.ofNullable(checks.get(node));
  }

  @Override
  public Optional<String> drain(String endpoint, String node, String reason) {
    acts.add("drain " + node);
    return Optional.empty();
  }

  @Override
  public Optional<String> undrain(String endpoint, String node) {
    acts.add("undrain " + node);
    return Optional.empty();
  }
}
