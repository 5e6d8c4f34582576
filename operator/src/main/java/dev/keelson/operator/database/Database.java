package dev.keelson.operator.database;

import java.util.Optional;

/**
 * Asks a database how it is, and tells it which nodes are to be empty. Answers within a few
 * seconds, whatever happens; never throws.
 */
public interface Database {
  /**
   * @param endpoint host:port of the routers
   */
  DatabaseReport ask(String endpoint);

  /** How far a node is from being empty, as the metadata store says now; empty when unknown. */
  Optional<DrainCheck> check(String endpoint, String node);

  /**
   * Everything is to move away from a node, also from one that has not started yet.
   *
   * @return why that could not be said; empty when it was
   */
  Optional<String> drain(String endpoint, String node, String reason);

  /**
   * The node may have replicas again.
   *
   * @return why that could not be said; empty when it was
   */
  Optional<String> undrain(String endpoint, String node);
}
